package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import java.util.List;

/** Clip, with bounds as attributes until opset 10 and as inputs since; these may be secret. */
final class Clip implements Operator {
  private static final int OPSET_OF_INPUTS = 11;

  @Override
  public List<Value> translate(Call call) {
    ProgramBuilder p = call.program();
    Value x = call.input(0);
    if (call.opset() < OPSET_OF_INPUTS) {
      return List.of(
          p.clip(
              x,
              call.attributes().real("min", Double.NEGATIVE_INFINITY),
              call.attributes().real("max", Double.POSITIVE_INFINITY)));
    }
    boolean secret =
        call.has(1) && !call.input(1).isKnown() || call.has(2) && !call.input(2).isKnown();
    if (secret) {
      Value above = call.has(1) ? p.maximum(x, call.input(1)) : x;
      return List.of(call.has(2) ? p.minimum(above, call.input(2)) : above);
    }
    return List.of(
        p.clip(
            x, bound(call, 1, Double.NEGATIVE_INFINITY), bound(call, 2, Double.POSITIVE_INFINITY)));
  }

  private static double bound(Call call, int i, double otherwise) {
    return call.has(i) ? call.known(i).elements()[0] : otherwise;
  }
}
