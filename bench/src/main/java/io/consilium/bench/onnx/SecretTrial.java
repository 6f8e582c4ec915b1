package io.consilium.bench.onnx;

import io.consilium.inference.onnx.CalibratedModel;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.program.Ranges;
import io.consilium.inference.onnx.program.SecretRun;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Disclosure;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.rep3.Rep3Backend;
import java.util.ArrayList;
import java.util.List;

/** A model on shares: P0 brings the inputs, P1 the weights, and all open the outputs. */
final class SecretTrial {
  private static final ComputeParty CLIENT = ComputeParty.P0;
  private static final ComputeParty OWNER = ComputeParty.P1;

  private final Program program;
  private final Ranges ranges;
  private final List<List<double[]>> sets;
  private final LocalTrio trio;

  SecretTrial(CalibratedModel model, LocalTrio trio) {
    this.program = model.program();
    this.ranges = model.ranges();
    this.sets = model.samples();
    this.trio = trio;
  }

  /**
   * The outputs of every set of inputs, as all three parties see them.
   *
   * @throws IllegalStateException if they see different ones
   */
  List<List<double[]>> outputs() throws InterruptedException {
    List<List<List<double[]>>> seen = trio.run(backend -> outputsAt(backend));
    for (List<List<double[]>> other : seen) {
      requireEqual(seen.getFirst(), other);
    }
    return seen.getFirst();
  }

  private static void requireEqual(List<List<double[]>> one, List<List<double[]>> other) {
    for (int s = 0; s < one.size(); s++) {
      for (int i = 0; i < one.get(s).size(); i++) {
        if (!java.util.Arrays.equals(one.get(s).get(i), other.get(s).get(i))) {
          throw new IllegalStateException("the parties opened different outputs");
        }
      }
    }
  }

  private List<List<double[]>> outputsAt(Rep3Backend backend) {
    List<SecretTensor> weights = new ArrayList<>();
    for (Value weight : program.weights()) {
      weights.add(shared(backend, OWNER, weight, weight.known().elements()));
    }
    List<List<double[]>> outputs = new ArrayList<>();
    for (List<double[]> set : sets) {
      List<SecretTensor> inputs = new ArrayList<>();
      for (int i = 0; i < program.inputs().size(); i++) {
        inputs.add(shared(backend, CLIENT, program.inputs().get(i).value(), set.get(i)));
      }
      List<SecretTensor> results =
          new SecretRun(program, ranges, backend).run(inputs, weights, SecretRun.Observer.NONE);
      outputs.add(opened(backend, results));
    }
    return outputs;
  }

  private SecretTensor shared(
      Rep3Backend backend, ComputeParty owner, Value value, double[] elements) {
    FixedPoint format = SecretRun.format(ranges, value);
    long[] codes = backend.self() == owner ? format.encode(elements) : new long[0];
    return backend.input(owner, value.shape(), format, codes);
  }

  private List<double[]> opened(Rep3Backend backend, List<SecretTensor> results) {
    List<double[]> outputs = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      Value value = program.outputs().get(i).value();
      if (value.isPublic()) {
        outputs.add(value.known().elements());
        continue;
      }
      SecretTensor x = results.get(i);
      Disclosure disclosure =
          Disclosure.grant("outputs of a test", "bench", x.size(), (_, _, _) -> {});
      outputs.add(x.format().decode(backend.open(x, disclosure)));
    }
    return outputs;
  }
}
