package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;

/** Matrices of several records: below each other as they are kept, or side by side. Local. */
final class Columns {
  private Columns() {}

  /** Operand 0 of a step, [k, n] for each record, side by side: [k, records n]. */
  static SecretTensor beside(Step step) {
    int records = step.records();
    SecretTensor x = step.operand(0);
    int rows = x.shape().rows() / records;
    int columns = x.shape().columns();
    SecretTensor below = step.backend().reshape(x, Shape.matrix(records * rows, columns));
    SecretTensor ordered = reordered(step.backend(), below, records, rows);
    return step.backend().reshape(ordered, Shape.matrix(rows, records * columns));
  }

  /** [k, records n] below each other: [records k, n]. */
  static SecretTensor below(Step step, SecretTensor beside) {
    int records = step.records();
    int rows = beside.shape().rows();
    Shape shape = Shape.matrix(rows * records, beside.shape().columns() / records);
    return reordered(step.backend(), step.backend().reshape(beside, shape), rows, records);
  }

  /** Row j of block i becomes row i of block j. */
  private static SecretTensor reordered(Backend b, SecretTensor x, int blocks, int rows) {
    if (blocks == 1 || rows == 1) {
      return x;
    }
    int[] order = new int[blocks * rows];
    for (int i = 0; i < blocks; i++) {
      for (int j = 0; j < rows; j++) {
        order[j * blocks + i] = i * rows + j;
      }
    }
    return b.rows(x, order);
  }

  /** Public numbers [k, n] of one record, for all of them side by side. */
  static double[] repeated(double[] numbers, int columns, int records) {
    double[] all = new double[numbers.length * records];
    for (int i = 0; i < all.length; i++) {
      int row = i / (columns * records);
      all[i] = numbers[row * columns + i % columns];
    }
    return all;
  }
}
