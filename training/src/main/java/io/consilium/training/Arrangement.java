package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.Arrays;
import java.util.List;

/** Local rearrangements that the program needs in several places. */
final class Arrangement {
  private Arrangement() {}

  /** A vector as a matrix of one column. */
  static SecretTensor column(Backend b, SecretTensor vector) {
    return b.reshape(vector, Shape.matrix(vector.size(), 1));
  }

  static SecretTensor flat(Backend b, SecretTensor x) {
    return b.reshape(x, Shape.vector(x.size()));
  }

  /** A vector [n] repeated as the columns of a matrix [n, columns]. */
  static SecretTensor repeatColumns(Backend b, SecretTensor vector, int columns) {
    int[] indices = new int[vector.size() * columns];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = i / columns;
    }
    SecretTensor repeated = b.rows(flat(b, vector), indices);
    return b.reshape(repeated, Shape.matrix(vector.size(), columns));
  }

  /** The matrix with a column of ones behind it. */
  static SecretTensor withOnes(Backend b, SecretTensor matrix) {
    SecretTensor ones = constant(b, Shape.matrix(1, matrix.shape().rows()), matrix.format(), 1);
    return b.transpose(b.concatenate(List.of(b.transpose(matrix), ones)));
  }

  /** The sum of all elements: [n] to [1]. */
  static SecretTensor sum(Backend b, SecretTensor vector) {
    return b.sumRows(column(b, vector));
  }

  static SecretTensor constant(Backend b, Shape shape, FixedPoint format, double real) {
    long[] codes = new long[shape.size()];
    Arrays.fill(codes, format.encode(real));
    return b.constant(shape, format, codes);
  }

  /** c - x for a public integer c of integers x. */
  static SecretTensor complement(Backend b, SecretTensor x, long c) {
    return b.addCode(b.negate(x), c);
  }

  /** Labels as a matrix [n, classes] of integers with a single 1 in each row. */
  static SecretTensor oneHot(Backend b, SecretTensor labels) {
    if (labels.shape().rank() == 2) {
      return labels;
    }
    SecretTensor row = b.reshape(labels, Shape.matrix(1, labels.size()));
    return b.transpose(b.concatenate(List.of(complement(b, row, 1), row)));
  }
}
