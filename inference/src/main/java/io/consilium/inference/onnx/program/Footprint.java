package io.consilium.inference.onnx.program;

import java.util.List;
import java.util.Map;

/**
 * What a program takes of memory at its widest moment, for each record: the values that are still
 * needed, and what the instructions take that run then. Weights, which records share, are not
 * counted. It follows from the program alone, so all parties find the same.
 */
public final class Footprint {
  /**
   * Elements of all records that run together: 256 MiB of shares, and with buffers up to 0.8 GB at
   * a party. A network that is so large waits for its products and bytes more than for its rounds,
   * so that more records at once gain little.
   */
  private static final long ELEMENTS_MAX = 1L << 24;

  private Footprint() {}

  /** So many records may run together, one at least. */
  public static int recordsMax(Program program) {
    long most = ELEMENTS_MAX / Math.max(1, elements(program));
    return Math.toIntExact(Math.clamp(most, 1, ELEMENTS_MAX));
  }

  /** Elements of one record. */
  static long elements(Program program) {
    Map<Integer, Integer> left = program.uses();
    long alive = 0;
    for (Program.Named input : program.inputs()) {
      alive += input.value().shape().size();
    }
    long widest = alive;
    for (List<Value> together : Schedule.of(program)) {
      long work = 0;
      for (Value value : together) {
        alive += value.shape().size();
        work += work(value);
      }
      widest = Math.max(widest, alive + work);
      for (Value value : together) {
        for (Value operand : value.origin().orElseThrow().operands()) {
          boolean isLast = left.merge(operand.id(), -1, Integer::sum) == 0;
          alive -= isLast && !operand.isKnown() ? operand.shape().size() : 0;
        }
      }
    }
    return widest;
  }

  private static long work(Value value) {
    Instruction instruction = value.origin().orElseThrow();
    long largest = value.shape().size();
    for (Value operand : instruction.operands()) {
      largest = Math.max(largest, operand.isKnown() ? 0 : operand.shape().size());
    }
    return largest * instruction.workPerElement();
  }
}
