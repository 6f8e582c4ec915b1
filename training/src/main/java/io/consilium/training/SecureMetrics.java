package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.functions.Comparisons;
import io.consilium.protocols.functions.Division;
import io.consilium.protocols.functions.LogLoss;
import io.consilium.protocols.functions.Sigmoid;
import io.consilium.protocols.functions.Softmax;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Metrics of a shared model on shared rows. Each is computed on its own, only when it is to be
 * released; what is released is a count, or is rounded exactly.
 */
final class SecureMetrics {
  /** Rows whose loss is computed at a time; bounds the memory of intermediate results. */
  private static final int CHUNK_ROWS = 1 << 14;

  /** Rows whose class is predicted at a time. */
  private static final int PREDICTED_ROWS = 1 << 15;

  /** A public 1/n: a mean below 2^12 times it stays below 2^60. */
  private static final FixedPoint SHARE_OF_ROWS = new FixedPoint(32);

  /** Mean squares before their quotient: below 2^7 they fit the division. */
  private static final FixedPoint MEAN_SQUARE = new FixedPoint(24);

  private final ModelSpec model;
  private final SecretTensor labels;

  SecureMetrics(ModelSpec model, SecretTensor labels) {
    this.model = model;
    this.labels = labels;
  }

  /** A metric that is one number, [1]; the accuracy as the number of rows that are right. */
  SecretTensor of(Backend b, ReleasedValue value, SecretTensor scores) {
    return switch (value) {
      case LOSS -> loss(b, scores);
      case ACCURACY -> rightRows(b, confusion(b, scores));
      case AUC -> auc(b, scores);
      case R2 -> r2(b, scores);
      case CONFUSION, WEIGHTS -> throw new IllegalArgumentException(value + " is not a number");
    };
  }

  /** The mean loss with 16 fraction bits, [1]; scores [n, outputs] with 16. */
  SecretTensor loss(Backend b, SecretTensor scores) {
    if (model.target() == Target.NUMBER) {
      SecretTensor sum = sumOfSquares(b, residuals(b, scores));
      return b.truncateExactly(mean(b, sum), SHARE_OF_ROWS.fractionBits());
    }
    int rows = scores.shape().rows();
    List<SecretTensor> sums = new ArrayList<>();
    for (int from = 0; from < rows; from += CHUNK_ROWS) {
      int to = Math.min(rows, from + CHUNK_ROWS);
      SecretTensor y = b.rowRange(labels, from, to);
      sums.add(Arrangement.sum(b, losses(b, b.rowRange(scores, from, to), y)));
    }
    SecretTensor sum = sums.stream().reduce(b::add).orElseThrow();
    return b.truncateExactly(mean(b, sum), SHARE_OF_ROWS.fractionBits());
  }

  private SecretTensor losses(Backend b, SecretTensor scores, SecretTensor y) {
    if (model.target() == Target.CLASSES) {
      return LogLoss.categorical(b, scores, y);
    }
    int excess = Formats.SCORES.fractionBits() - Sigmoid.INPUT.fractionBits();
    return LogLoss.binary(b, b.truncate(Arrangement.flat(b, scores), excess), y);
  }

  /** sum / n with 32 fraction bits more. */
  private SecretTensor mean(Backend b, SecretTensor sum) {
    long share = SHARE_OF_ROWS.encode(1.0 / labels.shape().rows());
    return b.reinterpret(b.multiply(sum, share), sum.format().times(SHARE_OF_ROWS));
  }

  private SecretTensor residuals(Backend b, SecretTensor scores) {
    return b.subtract(Arrangement.flat(b, scores), labels);
  }

  /** The sum of squares of numbers with 16 fraction bits, with 16. */
  private static SecretTensor sumOfSquares(Backend b, SecretTensor numbers) {
    SecretTensor column = Arrangement.column(b, numbers);
    return b.truncate(b.dotRows(column, column), numbers.format().fractionBits());
  }

  /** Row counts, [classes, classes]: true class by predicted class. */
  SecretTensor confusion(Backend b, SecretTensor scores) {
    int rows = scores.shape().rows();
    List<SecretTensor> counts = new ArrayList<>();
    for (int from = 0; from < rows; from += PREDICTED_ROWS) {
      int first = from;
      int end = Math.min(rows, from + PREDICTED_ROWS);
      counts.addAll(
          b.scoped(() -> {
            SecretTensor y = Arrangement.oneHot(b, b.rowRange(labels, first, end));
            SecretTensor predicted = predicted(b, b.rowRange(scores, first, end));
            return List.of(b.matmul(y, true, predicted, false));
          }));
    }
    return counts.stream().reduce(b::add).orElseThrow();
  }

  private SecretTensor predicted(Backend b, SecretTensor scores) {
    if (model.target() == Target.CLASSES) {
      return Softmax.oneHotOfMaximum(b, scores);
    }
    SecretTensor negative =
        b.toArithmetic(
            b.negative(Comparisons.inDomain(b, Arrangement.flat(b, scores), Formats.SCORE_RANGE)));
    return Arrangement.oneHot(b, Arrangement.complement(b, negative, 1));
  }

  /** The number of rows that are classified rightly, [1]: the trace of the confusion matrix. */
  SecretTensor rightRows(Backend b, SecretTensor confusion) {
    int classes = model.classes();
    int[] diagonal = IntStream.range(0, classes).map(k -> k * (classes + 1)).toArray();
    return Arrangement.sum(b, b.rows(Arrangement.flat(b, confusion), diagonal));
  }

  /** Of two classes. */
  SecretTensor auc(Backend b, SecretTensor scores) {
    if (model.target() == Target.TWO_CLASSES) {
      return RocAuc.of(b, Arrangement.flat(b, scores), labels);
    }
    SecretTensor logits = b.transpose(scores);
    SecretTensor odds = b.subtract(b.rowRange(logits, 1, 2), b.rowRange(logits, 0, 1));
    SecretTensor positive = b.columns(labels, 1, 2);
    return RocAuc.of(b, Arrangement.flat(b, odds), Arrangement.flat(b, positive));
  }

  /** 1 - mean squared error / variance of the labels, [1] with 16 fraction bits. */
  SecretTensor r2(Backend b, SecretTensor scores) {
    int excess = SHARE_OF_ROWS.fractionBits();
    SecretTensor meanLabel = b.truncate(mean(b, Arrangement.sum(b, labels)), excess);
    SecretTensor repeated =
        b.reshape(b.repeat(meanLabel, labels.size()), Shape.vector(labels.size()));
    SecretTensor variance = meanSquare(b, b.subtract(labels, repeated));
    SecretTensor unexplained = meanSquare(b, residuals(b, scores));
    FixedPoint inner = Formats.RELEASED.plus(4);
    SecretTensor quotient = Division.of(b, unexplained, variance, inner);
    return b.truncateExactly(b.addReal(b.negate(quotient), 1), 4);
  }

  private SecretTensor meanSquare(Backend b, SecretTensor numbers) {
    SecretTensor mean = mean(b, sumOfSquares(b, numbers));
    return b.truncate(mean, mean.format().fractionBits() - MEAN_SQUARE.fractionBits());
  }
}
