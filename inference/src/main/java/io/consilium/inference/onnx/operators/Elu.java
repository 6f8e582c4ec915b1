package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Functions;
import io.consilium.inference.onnx.program.Value;
import java.util.List;

/**
 * Elu, Selu and Celu: linear above 0 and exponential below.
 *
 * @param alpha if the node gives none
 * @param gamma if the node gives none
 * @param stretched whether alpha stretches the argument as well
 */
record Elu(String title, double alpha, double gamma, boolean stretched) implements Operator {
  private static final double ALPHA_MAX = 8;

  @Override
  public List<Value> translate(Call call) {
    double a = call.attributes().real("alpha", alpha);
    double g = call.attributes().real("gamma", gamma);
    if (!(Math.abs(a) <= ALPHA_MAX && Math.abs(g) <= ALPHA_MAX) || stretched && a <= 0) {
      throw call.refusal("alpha " + a + " or gamma " + g + " is out of range");
    }
    return List.of(
        call.program().apply(Functions.elu(title, a, stretched ? a : 1, g), call.input(0)));
  }
}
