package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Resize and Upsample: every element of the result is a sum of few elements with public weights,
 * the products of those along each axis.
 */
final class Resize implements Operator {
  @Override
  public List<Value> translate(Call call) {
    Value x = call.input(0);
    ResizePlan plan = ResizePlan.of(call, x.shape());
    List<ResizeAxis> axes = new ArrayList<>();
    Shape shape = x.shape();
    for (int d = 0; d < shape.rank(); d++) {
      axes.add(plan.axis(d));
      shape = Dims.with(shape, d, plan.output(d));
    }
    ProgramBuilder p = call.program();
    int[] from = Dims.strides(x.shape());
    int[] to = Dims.strides(shape);
    Shape result = shape;
    p.requireRoom(shape.size());
    double[] outside = new double[shape.size()];
    List<int[]> places = new ArrayList<>();
    List<double[]> weights = new ArrayList<>();
    boolean gathers = true;
    for (int i = 0; i < outside.length; i++) {
      Taps taps = Taps.at(i, result, axes, from, to);
      places.add(taps.places());
      weights.add(taps.weights());
      outside[i] = taps.places().length == 0 ? 1 : 0;
      gathers &= taps.places().length == 1 && taps.weights()[0] == 1;
    }
    if (gathers) {
      int[] indices = places.stream().mapToInt(place -> place[0]).toArray();
      return List.of(p.gather(x, shape, indices));
    }
    Value sums = p.weigh(x, shape, places::get, weights::get);
    double extrapolated = plan.extrapolation();
    if (extrapolated == 0 || java.util.Arrays.stream(outside).allMatch(o -> o == 0)) {
      return List.of(sums);
    }
    for (int i = 0; i < outside.length; i++) {
      outside[i] *= extrapolated;
    }
    return List.of(p.add(sums, p.constant(new Tensor(ElementType.FLOAT, shape, outside))));
  }

  /** The elements that one element of the result is made of. */
  private record Taps(int[] places, double[] weights) {
    static Taps at(int i, Shape result, List<ResizeAxis> axes, int[] from, int[] to) {
      int[] places = {0};
      double[] weights = {1};
      for (int d = 0; d < to.length; d++) {
        int at = i / to[d] % Dims.dim(result, d);
        int[] along = axes.get(d).places()[at];
        double[] factors = axes.get(d).weights()[at];
        int[] nextPlaces = new int[places.length * along.length];
        double[] nextWeights = new double[nextPlaces.length];
        for (int a = 0; a < places.length; a++) {
          for (int b = 0; b < along.length; b++) {
            nextPlaces[a * along.length + b] = places[a] + along[b] * from[d];
            nextWeights[a * along.length + b] = weights[a] * factors[b];
          }
        }
        places = nextPlaces;
        weights = nextWeights;
      }
      return new Taps(places, weights);
    }
  }
}
