package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * A function of one number by pieces of equal width, each a polynomial of degree 4, and a line on
 * either side of them.
 *
 * <p>All comparisons with the ends of the pieces are one. Differences of neighbouring results tell
 * the piece, so the coefficients and the centre of the piece are local sums of bits. With u the
 * distance from the centre in half widths, at most 15 fraction bits, u^4 fits the ring without a
 * truncation inside, and the polynomial is one inner product with the secret coefficients:
 *
 * <pre>sum = c_0 + c_1 u + c_2 u^2 + c_3 u^3 + c_4 u^4 + slope x</pre>
 *
 * where c_1 to c_4 are 0 outside of the pieces, and the slope is inside. Whatever the powers are
 * outside is multiplied by 0.
 *
 * <p>Domain: 16 fraction bits, 31 bits and a sign. Error: that of the interpolation at Chebyshev
 * nodes, (w/2)^5 max|f^(5)| / 1920 for pieces of width w, and 1e-4 for rounding. Rounds: 12,
 * without the truncation of the result. Bytes per element: 46 for each of the ends and about 120.
 */
public final class PiecewiseFunction {
  /** The format of the argument. */
  public static final FixedPoint INPUT = new FixedPoint(16);

  private static final FixedPoint COEFFICIENT = new FixedPoint(20);
  private static final int DEGREE = 4;
  private static final int NODES = 32;
  private static final ValueRange DOMAIN = ValueRange.ofWidth(32);

  /** A line. */
  public record Line(double slope, double intercept) {
    /** x. */
    public static final Line IDENTITY = new Line(1, 0);

    /** A constant. */
    public static Line at(double value) {
      return new Line(0, value);
    }
  }

  private final double from;
  private final int pieces;
  private final int logWidth;
  private final Line below;
  private final Line above;
  private final double[][] coefficients;

  private PiecewiseFunction(
      double from, int pieces, int logWidth, Line below, Line above, double[][] coefficients) {
    this.from = from;
    this.pieces = pieces;
    this.logWidth = logWidth;
    this.below = below;
    this.above = above;
    this.coefficients = coefficients;
  }

  /**
   * The interpolation of a function. Where it has a kink, that has to be an end of a piece.
   *
   * @param from where the first piece begins
   * @param logWidth the width of a piece is two to this, from -3 to 0
   * @param below what it is before the first piece
   * @param above what it is after the last
   */
  public static PiecewiseFunction of(
      DoubleUnaryOperator f, double from, int pieces, int logWidth, Line below, Line above) {
    if (pieces < 1 || logWidth < -3 || logWidth > 0) {
      throw new IllegalArgumentException(pieces + " pieces of width 2^" + logWidth);
    }
    double[][] coefficients = new double[pieces][];
    double width = Math.scalb(1.0, logWidth);
    for (int j = 0; j < pieces; j++) {
      coefficients[j] = interpolation(f, from + (j + 0.5) * width, width / 2);
    }
    return new PiecewiseFunction(from, pieces, logWidth, below, above, coefficients);
  }

  /** Coefficients of 1, u, .., u^4, by the Chebyshev series of the piece. */
  private static double[] interpolation(DoubleUnaryOperator f, double centre, double half) {
    double[] c = new double[DEGREE + 1];
    for (int k = 0; k < NODES; k++) {
      double angle = Math.PI * (k + 0.5) / NODES;
      double y = f.applyAsDouble(centre + half * Math.cos(angle));
      for (int i = 0; i <= DEGREE; i++) {
        c[i] += y * Math.cos(i * angle) * (i == 0 ? 1.0 : 2.0) / NODES;
      }
    }
    return new double[] {
      c[0] - c[2] + c[4], c[1] - 3 * c[3], 2 * c[2] - 8 * c[4], 4 * c[3], 8 * c[4]
    };
  }

  private double end(int j) {
    return from + j * Math.scalb(1.0, logWidth);
  }

  /** The function of every element; 36 fraction bits, which the caller shortens. */
  public SecretTensor at(Backend b, SecretTensor argument) {
    if (!argument.format().equals(INPUT)) {
      throw new IllegalArgumentException("the pieces take 16 fraction bits");
    }
    int n = argument.size();
    SecretTensor x = b.reshape(Comparisons.inDomain(b, argument, domain()), Shape.vector(n));
    List<SecretTensor> belowEnd = belowEnds(b, x);
    SecretTensor centre = chosen(b, belowEnd, INPUT, this::centre, 0, 0);
    SecretTensor u = inUnit(b, b.reinterpret(b.subtract(x, centre), INPUT.plus(logWidth - 1)));
    List<SecretTensor> powers = powers(b, u);
    powers.add(x);
    List<SecretTensor> factors = new ArrayList<>();
    for (int i = 1; i <= DEGREE; i++) {
      int degree = i;
      factors.add(chosen(b, belowEnd, COEFFICIENT, j -> coefficients[j][degree], 0, 0));
    }
    factors.add(chosen(b, belowEnd, COEFFICIENT, _ -> 0, below.slope, above.slope));
    SecretTensor constant =
        chosen(b, belowEnd, COEFFICIENT, j -> coefficients[j][0], below.intercept, above.intercept);
    SecretTensor sum = b.dotRows(stacked(b, powers), stacked(b, factors));
    return b.reshape(b.add(sum, b.widen(constant, INPUT.fractionBits())), argument.shape());
  }

  private ValueRange domain() {
    double farthest = Math.max(Math.abs(from), Math.abs(end(pieces)));
    return new ValueRange(DOMAIN.codeMax() - INPUT.encode(farthest));
  }

  private double centre(int j) {
    return (end(j) + end(j + 1)) / 2;
  }

  /** For every end whether x is below it, as integers. Rounds: 7. */
  private List<SecretTensor> belowEnds(Backend b, SecretTensor x) {
    int n = x.size();
    List<SecretTensor> differences = new ArrayList<>();
    for (int j = 0; j <= pieces; j++) {
      differences.add(b.addReal(x, -end(j)));
    }
    SecretBits bits = b.negative(b.concatenate(differences));
    SecretTensor integers = b.toArithmetic(bits);
    List<SecretTensor> below = new ArrayList<>();
    for (int j = 0; j <= pieces; j++) {
      below.add(b.rowRange(integers, j * n, (j + 1) * n));
    }
    return below;
  }

  /** A public number that depends on the piece. */
  @FunctionalInterface
  private interface OfPiece {
    double of(int j);
  }

  /** The number of the piece, or of what lies before or behind, in a format. Local. */
  private SecretTensor chosen(
      Backend b,
      List<SecretTensor> belowEnd,
      FixedPoint format,
      OfPiece number,
      double before,
      double behind) {
    long next = format.encode(behind);
    SecretTensor sum = b.multiply(belowEnd.getFirst(), 0);
    sum = b.addCode(sum, next);
    long largest = Math.abs(next);
    for (int j = pieces; j >= 0; j--) {
      long own = format.encode(j == 0 ? before : number.of(j - 1));
      sum = b.add(sum, b.multiply(belowEnd.get(j), own - next));
      largest = Math.max(largest, Math.abs(own));
      next = own;
    }
    return b.within(b.reinterpret(sum, format), new ValueRange(largest));
  }

  /** The powers 1 to 4 with 16 fraction bits. Rounds: 4. */
  private static List<SecretTensor> powers(Backend b, SecretTensor u) {
    int f = u.format().fractionBits();
    SecretTensor square = inUnit(b, b.multiply(u, u));
    List<SecretTensor> higher = b.multiply(List.of(square, square), List.of(u, square));
    List<SecretTensor> wide = List.of(square, inUnit(b, higher.get(0)), inUnit(b, higher.get(1)));
    int inner = INPUT.fractionBits();
    int[] excess = {2 * f - inner, 3 * f - inner, 4 * f - inner};
    List<SecretTensor> powers = new ArrayList<>(List.of(b.widen(u, inner - f)));
    powers.addAll(b.truncate(wide, excess));
    return powers;
  }

  /** Powers of u lie in [-1, 1]; those of an argument outside of the pieces are dropped. */
  private static SecretTensor inUnit(Backend b, SecretTensor x) {
    return b.assumeWithin(x, ValueRange.of(x.format(), 1));
  }

  private static SecretTensor stacked(Backend b, List<SecretTensor> rows) {
    int n = rows.getFirst().size();
    return b.reshape(b.concatenate(rows), Shape.matrix(rows.size(), n));
  }
}
