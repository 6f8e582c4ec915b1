package io.consilium.inference.onnx.program;

import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.List;
import java.util.Optional;

/** One computation of a program, with one result. */
public interface Instruction {
  /** What it reads. */
  List<Value> operands();

  /** The shape of the result. */
  Shape shape();

  /** The result in the clear, of the elements of the operands. */
  double[] evaluate(List<double[]> operands);

  /**
   * What the elements of the result lie in.
   *
   * @param operands intervals of the operands
   * @throws ModelRefused if the instruction has no meaning for some of their elements
   */
  Interval range(List<Interval> operands);

  /** The result on shares, in the format that the step asks for. */
  SecretTensor run(Step step);

  /** What its operands have to lie in. */
  default Interval domain() {
    return Interval.ALL;
  }

  /**
   * Whether the range follows from the operands' as closely as it can. Else interval arithmetic
   * overestimates it, and samples tell better.
   */
  default boolean hasTightRange() {
    return false;
  }

  /** Which others it can share its rounds with. */
  default Optional<Bundle> bundle() {
    return Optional.empty();
  }

  /** Whether it sends nothing, unless formats differ. */
  default boolean isLocal() {
    return false;
  }

  /** What it is called in a plan. */
  default String title() {
    return getClass().getSimpleName();
  }
}
