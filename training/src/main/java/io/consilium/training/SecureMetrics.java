package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.functions.Clamp;
import io.consilium.protocols.functions.Comparisons;
import io.consilium.protocols.functions.LogLoss;
import io.consilium.protocols.functions.RootQuotient;
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

  /** Fraction bits that a square of labels, with 32, gets twice for the quotient. */
  private static final int SQUARE_BITS = 8;

  /** Bits of a mean square with 48 fraction bits: labels are from 0 to 1. */
  private static final int SQUARE_WIDTH = 50;

  /** A mean square of (2^-22)^2. */
  private static final long CONSTANT_SPREAD = 16;

  private static final int QUOTIENT_BITS = 20;

  /** A larger quotient counts as this: the coefficient is at least -511. */
  private static final long QUOTIENT_MAX = 1 << 9;

  /** Residuals of numbers from 0 to 1: the sum of their squares has room in the ring. */
  private static final double RESIDUAL_MAX = 15;

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

  /** Predicted less true numbers; one that is further off counts as 15 ranges off. */
  private SecretTensor residuals(Backend b, SecretTensor scores) {
    long most = Formats.SCORES.encode(RESIDUAL_MAX);
    return Clamp.of(b, b.subtract(Arrangement.flat(b, scores), labels), -most, most);
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

  /**
   * 1 - mean squared error / variance of the labels, [1] with 16 fraction bits, at least -511;
   * {@link Undefined} if the labels do not vary: where their deviation is below 2^-22 of their
   * range, which of up to 4096 rows none is that is not 0.
   *
   * <p>Both are compared in one format, 48 fraction bits, divided by the next power of two rather
   * than by n. With X = SST W^2 / 2^50 in [1/4, 1) for a power of two W, and r = 1/sqrt(X), the
   * quotient is SSE W^2 / 2^50 r^2. {@link RootQuotient#factors}.
   */
  SecretTensor r2(Backend b, SecretTensor scores) {
    int h = Integer.SIZE - Integer.numberOfLeadingZeros(labels.shape().rows() - 1);
    SecretTensor explained = b.within(spread(b, h), ValueRange.ofWidth(SQUARE_WIDTH + 1));
    SecretTensor constant = b.addCode(explained, -CONSTANT_SPREAD);
    SecretTensor largest = b.multiply(explained, QUOTIENT_MAX);
    SecretTensor beyond = b.subtract(largest, meanSquare(b, residuals(b, scores), h));
    SecretBits signs =
        b.negative(b.within(b.concatenate(List.of(constant, beyond)), ValueRange.ofWidth(62)));
    SecretBits undefined = b.slice(signs, 0, 1);
    List<SecretTensor> changes =
        b.bitProducts(
                List.of(),
                List.of(undefined, b.slice(signs, 1, 2)),
                List.of(b.negate(constant), beyond))
            .products();
    // At least the spread that counts, and at most so many times the spread.
    SecretTensor divisor = b.add(explained, changes.getFirst());
    // largest - beyond is what there is; where beyond is negative, that is too much.
    SecretTensor unexplained = b.add(b.subtract(largest, beyond), changes.getLast());
    SecretTensor quotient = quotient(b, unexplained, divisor);
    SecretTensor r2 = b.addReal(b.negate(quotient), 1);
    int excess = r2.format().fractionBits() - Formats.RELEASED.fractionBits();
    return Undefined.where(b, undefined, b.truncateExactly(r2, excess));
  }

  private static SecretTensor quotient(Backend b, SecretTensor x, SecretTensor divisor) {
    RootQuotient.Factors factors = RootQuotient.factors(b, divisor, SQUARE_WIDTH);
    SecretTensor scaled = b.multiply(b.multiply(x, factors.word()), factors.word());
    SecretTensor shifted = b.reinterpret(scaled, new FixedPoint(SQUARE_WIDTH));
    int rootBits = factors.root().format().fractionBits();
    SecretTensor square = b.multiply(factors.root(), factors.root());
    List<SecretTensor> shortened =
        b.truncate(List.of(shifted, square), new int[] {SQUARE_WIDTH - QUOTIENT_BITS, rootBits});
    SecretTensor product = b.multiply(shortened.getFirst(), shortened.getLast());
    return b.truncate(product, rootBits);
  }

  /**
   * The sum of (y - mean)^2, over 2^h, with 48 fraction bits. With d the labels less the first of
   * them, all in units of the last place, m the rounded mean of d and e = d - m, it is sum e^2 -
   * (sum e)^2 / n: nothing large is subtracted from something large.
   */
  private SecretTensor spread(Backend b, int h) {
    int n = labels.size();
    SecretTensor codes = b.reinterpret(labels, FixedPoint.INTEGER);
    SecretTensor first = b.reshape(b.rows(codes, new int[n]), codes.shape());
    SecretTensor d = b.subtract(codes, first);
    SecretTensor mean =
        b.truncateExactly(share(b, Arrangement.sum(b, d), n), SHARE_OF_ROWS.fractionBits());
    SecretTensor repeated = b.reshape(b.repeat(mean, n), codes.shape());
    SecretTensor e = b.subtract(d, repeated);
    SecretTensor rest = Arrangement.sum(b, e);
    SecretTensor column = Arrangement.column(b, e);
    SecretTensor square = share(b, b.multiply(rest, rest), n);
    int excess = SHARE_OF_ROWS.fractionBits() - SQUARE_BITS;
    SecretTensor ofMean = b.reinterpret(b.truncateExactly(square, excess), FixedPoint.INTEGER);
    SecretTensor all = b.multiply(b.dotRows(column, column), 1L << SQUARE_BITS);
    return shifted(b, b.subtract(all, ofMean), h - SQUARE_BITS);
  }

  /** x / n with 32 fraction bits. */
  private static SecretTensor share(Backend b, SecretTensor x, int n) {
    return b.reinterpret(b.multiply(x, SHARE_OF_ROWS.encode(1.0 / n)), SHARE_OF_ROWS);
  }

  /** The sum of squares of numbers with 16 fraction bits, over 2^h, with 48. */
  private static SecretTensor meanSquare(Backend b, SecretTensor numbers, int h) {
    SecretTensor column = Arrangement.column(b, b.reinterpret(numbers, FixedPoint.INTEGER));
    return shifted(b, b.dotRows(column, column), h - 2 * SQUARE_BITS);
  }

  /** Integers over 2^bits, or times 2^-bits. */
  private static SecretTensor shifted(Backend b, SecretTensor x, int bits) {
    return bits > 0
        ? b.reinterpret(
            b.truncate(b.reinterpret(x, new FixedPoint(bits)), bits), FixedPoint.INTEGER)
        : b.multiply(x, 1L << -bits);
  }
}
