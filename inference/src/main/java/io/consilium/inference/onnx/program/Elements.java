package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Instructions that do the same to every element: the operands of those in equal formats are one
 * behind the other.
 *
 * @param parameters what they do; equal for those that do the same
 */
record Elements(Object parameters) implements Bundle {
  /** Tensors of the size of the operand that such an instruction has at once. */
  static final int WORK = 24;

  /** What is done to every element. */
  interface Elementwise extends Instruction {
    /** What it computes of operands of any shape, in any format. */
    SecretTensor of(Step step);
  }

  /** What has to be equal. */
  private record Alike(List<Interval> operands, Interval result, List<Integer> formats) {}

  @Override
  public List<SecretTensor> run(List<Step> steps) {
    Map<Alike, List<Integer>> alike = new LinkedHashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      Alike own = new Alike(step.intervals(), step.range(), step.formats());
      alike.computeIfAbsent(own, _ -> new ArrayList<>()).add(i);
    }
    SecretTensor[] results = new SecretTensor[steps.size()];
    for (List<Integer> places : alike.values()) {
      List<SecretTensor> some = joined(places.stream().map(steps::get).toList());
      for (int i = 0; i < some.size(); i++) {
        results[places.get(i)] = some.get(i);
      }
    }
    return List.of(results);
  }

  private static List<SecretTensor> joined(List<Step> steps) {
    if (steps.size() == 1) {
      return List.of(of(steps.getFirst()));
    }
    Backend b = steps.getFirst().backend();
    SecretTensor all = of(Step.joined(steps));
    SecretTensor flat = b.reshape(all, Shape.vector(all.size()));
    List<SecretTensor> parts = new ArrayList<>();
    int from = 0;
    for (Step step : steps) {
      int size = step.shape().size();
      parts.add(b.rowRange(flat, from, from + size));
      from += size;
    }
    return parts;
  }

  private static SecretTensor of(Step step) {
    return ((Elementwise) step.instruction()).of(step);
  }
}
