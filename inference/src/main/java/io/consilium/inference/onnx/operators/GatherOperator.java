package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;

/** Gather: slices at public indices of an axis. */
final class GatherOperator implements Operator {
  @Override
  public List<Value> translate(Call call) {
    Value x = call.input(0);
    int axis = call.axis(call.attributes().integer("axis", 0), x.shape().rank());
    Tensor wanted = call.known(1);
    int length = Dims.dim(x.shape(), axis);
    List<Integer> dimensions = new ArrayList<>(x.shape().dimensions().subList(0, axis));
    dimensions.addAll(wanted.shape().dimensions());
    dimensions.addAll(x.shape().dimensions().subList(axis + 1, x.shape().rank()));
    Shape shape = new Shape(dimensions);
    int inner = Dims.volume(x.shape(), axis + 1, x.shape().rank());
    int[] places = places(call, wanted.toIntegers(), length);
    int[] indices = new int[shape.size()];
    for (int i = 0; i < indices.length; i++) {
      int place = places[i / inner % places.length];
      int outer = i / inner / places.length;
      indices[i] = (outer * length + place) * inner + i % inner;
    }
    return List.of(call.program().gather(x, shape, indices));
  }

  private static int[] places(Call call, long[] wanted, int length) {
    int[] places = new int[wanted.length];
    for (int i = 0; i < places.length; i++) {
      long place = wanted[i] < 0 ? wanted[i] + length : wanted[i];
      if (place < 0 || place >= length) {
        throw call.refusal("index " + wanted[i] + " is outside of the length " + length);
      }
      places[i] = (int) place;
    }
    return places;
  }
}
