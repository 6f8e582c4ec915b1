package io.consilium.inference.onnx.constants;

import io.consilium.inference.onnx.constants.ConstantOperator.Evaluation;
import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.protocols.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Reductions over axes that the program has no instructions for. */
final class Reductions {
  private Reductions() {}

  static Evaluation of(ToDoubleFunction<double[]> f) {
    return call -> reduced(call, f);
  }

  private static List<Tensor> reduced(ConstantCall call, ToDoubleFunction<double[]> f) {
    boolean keeps = call.attributes().integer("keepdims", 1) != 0;
    boolean still = call.attributes().isSet("noop_with_empty_axes");
    Shape shape = call.shape(0);
    Optional<long[]> named =
        call.has(1)
            ? Optional.of(call.input(1).toIntegers())
            : call.attributes()
                .integers("axes")
                .map(list -> list.stream().mapToLong(Long::longValue).toArray());
    long[] axes = named.orElse(new long[0]);
    if (axes.length == 0) {
      if (still) {
        return List.of(call.input(0));
      }
      axes = LongStream.range(0, shape.rank()).toArray();
    }
    boolean[] gone = new boolean[shape.rank()];
    for (long axis : axes) {
      gone[ConstantCall.axis(axis, shape.rank())] = true;
    }
    Shape kept = shape;
    for (int d = 0; d < gone.length; d++) {
      kept = gone[d] ? Dims.with(kept, d, 1) : kept;
    }
    double[] x = call.elements(0);
    int[] to = Dims.strides(kept);
    int[] from = Dims.strides(shape);
    int[] target = new int[x.length];
    for (int i = 0; i < x.length; i++) {
      for (int d = 0; d < gone.length; d++) {
        target[i] += gone[d] ? 0 : i / from[d] % Dims.dim(shape, d) * to[d];
      }
    }
    double[][] groups = new double[kept.size()][kept.size() == 0 ? 0 : x.length / kept.size()];
    int[] found = new int[groups.length];
    for (int i = 0; i < x.length; i++) {
      groups[target[i]][found[target[i]]++] = x[i];
    }
    double[] z = Arrays.stream(groups).mapToDouble(f).toArray();
    List<Integer> dims =
        IntStream.range(0, shape.rank())
            .filter(d -> keeps || !gone[d])
            .mapToObj(d -> gone[d] ? Integer.valueOf(1) : shape.dimensions().get(d))
            .toList();
    return List.of(new Tensor(call.type(0), new Shape(dims), z));
  }

  static double product(double[] x) {
    return Arrays.stream(x).reduce(1, (a, b) -> a * b);
  }

  static double logSum(double[] x) {
    return Math.log(Arrays.stream(x).sum());
  }

  static double logSumExp(double[] x) {
    double largest = Arrays.stream(x).max().orElse(0);
    return largest + Math.log(Arrays.stream(x).map(e -> Math.exp(e - largest)).sum());
  }
}
