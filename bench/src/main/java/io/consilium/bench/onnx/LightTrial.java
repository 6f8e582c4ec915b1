package io.consilium.bench.onnx;

import io.consilium.bench.networks.MadeUpImage;
import io.consilium.bench.networks.MadeUpWeights;
import io.consilium.inference.onnx.CalibratedModel;
import io.consilium.inference.onnx.ImportOptions;
import io.consilium.inference.onnx.ModelLimits;
import io.consilium.inference.onnx.OnnxFile;
import io.consilium.inference.onnx.OnnxImport;
import io.consilium.inference.onnx.OutputRange;
import io.consilium.inference.onnx.SampleFolder.DataSet;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import io.consilium.inference.onnx.proto.GraphProto;
import io.consilium.inference.onnx.proto.ModelProto;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.inference.onnx.proto.ValueInfoProto;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * An architecture without its weights. In the clear it has to give the output that comes with it
 * for the input that ONNX's own tests give it, 0, 1/n, .. (n-1)/n. The constants are no use on
 * shares, so there it runs with made-up weights, and has to agree with itself in floating point.
 * What is compared are the scores before a softmax: made-up weights prefer none of a thousand
 * classes, so that their probabilities differ by less than a softmax errs.
 */
final class LightTrial {
  private static final long SEED = 1;
  private static final int CALIBRATING = 2;
  private static final int IMAGES = 3;

  private final TestFolder test;
  private final LocalTrio trio;

  LightTrial(TestFolder test, LocalTrio trio) {
    this.test = test;
    this.trio = trio;
  }

  Optional<String> problem() throws InterruptedException {
    try {
      OnnxFile.Model model = OnnxFile.readModel(test.model(), ModelLimits.DEFAULT);
      Optional<String> inTheClear = inTheClear(model);
      if (inTheClear.isPresent()) {
        return inTheClear.map("in the clear, "::concat);
      }
      OnnxFile.Model filled =
          new OnnxFile.Model(
              MadeUpWeights.in(withoutSoftmax(model.proto()), SEED), model.directory());
      return onShares(filled).map("on shares, "::concat);
    } catch (ModelRefused | IllegalArgumentException e) {
      return Optional.of(e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  private Optional<String> inTheClear(OnnxFile.Model model) {
    Program program =
        OnnxImport.translate(model, ImportOptions.secretWeights(), ModelLimits.DEFAULT);
    double[] input = new double[program.inputs().getFirst().value().shape().size()];
    for (int i = 0; i < input.length; i++) {
      input[i] = (double) i / input.length;
    }
    double[] output = program.evaluate(List.of(input), (_, _) -> {}).getFirst();
    Tensor expected = OnnxFile.readTensor(test.lightOutput(), ModelLimits.DEFAULT);
    return output.length == expected.shape().size()
        ? Tolerance.OfElements.DEFAULT.problem(output, expected.elements())
        : Optional.of(output.length + " elements for the shape " + expected.shape());
  }

  private static ModelProto withoutSoftmax(ModelProto model) {
    GraphProto graph = model.getGraph();
    NodeProto last = graph.getNode(graph.getNodeCount() - 1);
    if (!last.getOpType().equals("Softmax")) {
      return model;
    }
    GraphProto.Builder scores = graph.toBuilder().removeNode(graph.getNodeCount() - 1);
    scores.setOutput(0, ValueInfoProto.newBuilder().setName(last.getInput(0)));
    return model.toBuilder().setGraph(scores).build();
  }

  private Optional<String> onShares(OnnxFile.Model model) throws InterruptedException {
    Value input =
        OnnxImport.translate(model, ImportOptions.secretWeights(), ModelLimits.DEFAULT)
            .inputs()
            .getFirst()
            .value();
    List<DataSet> sets =
        IntStream.range(0, IMAGES)
            .mapToObj(seed -> new DataSet(List.of(image(input, seed)), List.of()))
            .toList();
    CalibratedModel calibrated = CalibratedModel.of(model, sets, CALIBRATING);
    Value output = calibrated.program().outputs().getFirst().value();
    List<List<double[]>> outputs = new SecretTrial(calibrated, trio).outputs();
    for (int i = 0; i < outputs.size(); i++) {
      double[] expected =
          calibrated.program().evaluate(calibrated.samples().get(i), (_, _) -> {}).getFirst();
      Optional<String> problem =
          Tolerance.OfNetwork.of(OutputRange.of(output, List.of(expected)))
              .problem(outputs.get(i).getFirst(), expected);
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Optional.empty();
  }

  /** Of a shape [1, channels, side, side]. */
  private static Tensor image(Value input, long seed) {
    List<Integer> dimensions = input.shape().dimensions();
    double[] pixels =
        MadeUpImage.of(dimensions.get(1), dimensions.size() - 2, dimensions.getLast(), SEED + seed);
    return new Tensor(input.type(), input.shape(), pixels);
  }
}
