package io.consilium.inference.onnx;

import io.consilium.inference.onnx.program.Interval;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.program.Ranges;
import io.consilium.inference.onnx.program.SecretRun;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Cost;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.training.CostBackend;
import java.util.ArrayList;
import java.util.List;

/**
 * What a program costs, instruction by instruction: the program itself, run on outlines. Rounds and
 * bytes are those that the parties declare when they run it; sharing inputs and weights and opening
 * outputs come on top.
 *
 * @param total of all lines
 */
public record OnnxPlan(List<Line> lines, Cost total) {
  public OnnxPlan {
    lines = List.copyOf(lines);
  }

  /**
   * One instruction.
   *
   * @param where the node that it comes from
   * @param fractionBits of the result's format
   * @param cost of this one and of those behind it that run in its rounds and have none
   */
  public record Line(
      String where, String title, Shape shape, Interval range, int fractionBits, Cost cost) {}

  /**
   * Makes the plan.
   *
   * @throws io.consilium.inference.onnx.program.ModelRefused if an instruction cannot run in the
   *     formats that follow from the ranges; the message names its node
   */
  public static OnnxPlan of(Program program, Ranges ranges) {
    CostBackend b = new CostBackend();
    List<Line> lines = new ArrayList<>();
    List<SecretTensor> inputs = new ArrayList<>();
    program.inputs().forEach(input -> inputs.add(outline(ranges, input.value())));
    List<SecretTensor> weights = new ArrayList<>();
    program.weights().forEach(weight -> weights.add(outline(ranges, weight)));
    var _ =
        new SecretRun(program, ranges, b)
            .run(inputs, weights, (together, cost) -> addLines(lines, ranges, together, cost));
    return new OnnxPlan(lines, b.declared());
  }

  private static SecretTensor outline(Ranges ranges, Value value) {
    return CostBackend.tensor(value.shape(), SecretRun.format(ranges, value));
  }

  private static void addLines(List<Line> lines, Ranges ranges, List<Value> together, Cost cost) {
    for (Value value : together) {
      boolean first = value == together.getFirst();
      lines.add(line(ranges, value, first ? cost : Cost.NONE));
    }
  }

  private static Line line(Ranges ranges, Value value, Cost cost) {
    return new Line(
        value.where(),
        value.origin().orElseThrow().title(),
        value.shape(),
        ranges.of(value),
        SecretRun.format(ranges, value).fractionBits(),
        cost);
  }
}
