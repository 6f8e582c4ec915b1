package io.consilium.inference.onnx.program;

import io.consilium.protocols.Shape;
import java.util.List;

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

  /** How it runs on shares, and which others share its rounds. */
  Bundle bundle();

  /**
   * With how many fraction bits it takes an operand at most. What has more is shortened before, in
   * rounds that all of a bundle share.
   */
  default int fractionBitsMax(Step step, int operand) {
    return Integer.MAX_VALUE;
  }

  /** Elements of memory that it takes while it runs, for each one of its largest tensor. */
  default int workPerElement() {
    return 2;
  }

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

  /** Whether it sends nothing, unless formats differ. */
  default boolean isLocal() {
    return false;
  }

  /** What it is called in a plan. */
  default String title() {
    return getClass().getSimpleName();
  }
}
