package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.functions.Exponential;
import io.consilium.protocols.functions.Logarithm;
import io.consilium.protocols.functions.PiecewiseFunction;
import io.consilium.protocols.functions.PiecewiseFunction.Line;
import io.consilium.protocols.functions.ReciprocalSquareRoot;
import io.consilium.protocols.functions.Sigmoid;
import java.util.function.DoubleUnaryOperator;

/** The functions that networks are made of. */
public final class Functions {
  /** exp(-8) is 3e-4. */
  private static final double TAIL = 8;

  private static final double SQRT_2 = Math.sqrt(2);

  private Functions() {}

  /** 1 / (1 + exp(-x)), within 5e-4. */
  public static final Function SIGMOID = new Logistic("Sigmoid", 1);

  /** tanh x = 2 sigmoid(2 x) - 1, within 1e-3. */
  public static final Function TANH = new Logistic("Tanh", 2);

  /** The error function, within 3e-4. */
  public static final Function ERF =
      Smooth.rising(
          "Erf",
          Functions::erf,
          PiecewiseFunction.of(Functions::erf, -4, 8, 0, Line.at(-1), Line.at(1)));

  /** x Phi(x). */
  public static final Function GELU =
      falling("Gelu", x -> x * (1 + erf(x / SQRT_2)) / 2, -5, 10, -0.7518);

  /** Its approximation by tanh, as ONNX defines it. */
  public static final Function GELU_BY_TANH =
      falling(
          "Gelu (tanh)",
          x -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
          -5,
          10,
          -0.7525);

  /** log(1 + exp(x)). */
  public static final Function SOFTPLUS =
      Smooth.rising(
          "Softplus",
          Functions::softplus,
          PiecewiseFunction.of(Functions::softplus, -8, 16, 0, Line.at(0), Line.IDENTITY));

  /** x tanh(softplus(x)). */
  public static final Function MISH =
      falling("Mish", x -> x * Math.tanh(softplus(x)), -9, 16, -1.1924);

  /** x clip(x / 6 + 1/2, 0, 1), exactly pieces. */
  public static final Function HARD_SWISH =
      falling("HardSwish", x -> x * Math.clamp(x / 6 + 0.5, 0, 1), -3, 6, -1.5);

  /** exp(x) for x below 11. */
  public static final Function EXP = new Exp();

  /** ln(x) for positive x. */
  public static final Function LOG = new Log();

  /** sqrt(x). */
  public static final Function SQRT = new Root(false);

  /** 1 / sqrt(x). */
  public static final Function INVERSE_SQRT = new Root(true);

  /** x where it is positive, and alpha (exp(x / width) - 1) where not, all times gamma. */
  public static Function elu(String title, double alpha, double width, double gamma) {
    DoubleUnaryOperator f = x -> gamma * (x > 0 ? x : alpha * Math.expm1(x / width));
    int reach = Math.max(1, (int) Math.ceil(TAIL * width));
    PiecewiseFunction pieces =
        PiecewiseFunction.of(f, -reach, reach, 0, Line.at(-gamma * alpha), new Line(gamma, 0));
    return new Smooth(title, f, pieces, alpha >= 0, 0);
  }

  private static Function falling(
      String title, DoubleUnaryOperator f, double from, int pieces, double bend) {
    return new Smooth(
        title, f, PiecewiseFunction.of(f, from, pieces, 0, Line.at(0), Line.IDENTITY), false, bend);
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  /** Series inside, continued fraction outside; 1e-15. Abramowitz and Stegun, 7.1.6 and 7.1.14. */
  public static double erf(double x) {
    double z = Math.abs(x);
    if (z > 6) {
      return Math.signum(x);
    }
    if (z > 3) {
      double fraction = 0;
      for (int k = 60; k >= 1; k--) {
        fraction = k / 2.0 / (z + fraction);
      }
      double tail = Math.exp(-z * z) / Math.sqrt(Math.PI) / (z + fraction);
      return Math.signum(x) * (1 - tail);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-17 && n < 200; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  /** (sigmoid(steepness x) stretched to the range of the function). */
  private record Logistic(String title, int steepness) implements Function {
    @Override
    public double at(double x) {
      return steepness == 1 ? 1 / (1 + Math.exp(-x)) : Math.tanh(x);
    }

    @Override
    public Interval range(Interval x) {
      return x.rising(this::at);
    }

    @Override
    public boolean hasTightRange() {
      return true;
    }

    @Override
    public boolean hasLimits() {
      return true;
    }

    @Override
    public boolean isBounded() {
      return true;
    }

    @Override
    public int fractionBitsMax() {
      return Sigmoid.INPUT.fractionBits();
    }

    @Override
    public SecretTensor of(Step step) {
      Backend b = step.backend();
      SecretTensor x = step.operand(0, Sigmoid.INPUT.fractionBits());
      SecretTensor sigmoid = Sigmoid.approximate(b, b.multiply(x, steepness));
      return steepness == 1 ? sigmoid : b.addReal(b.multiply(sigmoid, 2), -1);
    }
  }

  private record Exp() implements Function {
    @Override
    public double at(double x) {
      return Math.exp(x);
    }

    @Override
    public Interval domain() {
      return new Interval(Double.NEGATIVE_INFINITY, Exponential.ARGUMENT_END);
    }

    @Override
    public Interval range(Interval x) {
      if (x.high() > Exponential.ARGUMENT_END) {
        throw new ModelRefused(
            "the argument of an exponential may reach %.4g, and only those below %.4g are computed;"
                    .formatted(x.high(), Exponential.ARGUMENT_END)
                + " a calibration may show that it does not");
      }
      return new Interval(0, Math.exp(x.high()));
    }

    @Override
    public boolean hasTightRange() {
      return false;
    }

    @Override
    public int fractionBitsMax() {
      return Exponential.INPUT.fractionBits();
    }

    @Override
    public SecretTensor of(Step step) {
      return Exponential.of(step.backend(), step.operand(0, Exponential.INPUT.fractionBits()));
    }

    @Override
    public boolean hasLimits() {
      return true;
    }

    @Override
    public String title() {
      return "Exp";
    }
  }

  private record Log() implements Function {
    private static final double SMALLEST = 0x1p-20;
    private static final double OF_ZERO = Logarithm.ofZero(new FixedPoint(20));

    @Override
    public double at(double x) {
      return x == 0 ? OF_ZERO : Math.log(x);
    }

    @Override
    public Interval domain() {
      return new Interval(0, Double.POSITIVE_INFINITY);
    }

    /** The logarithm of 0 is twice that of half a unit of its format. */
    @Override
    public Interval range(Interval x) {
      if (x.low() < 0) {
        throw new ModelRefused(
            "the logarithm's argument may be negative (%s); a calibration may show that it is not"
                .formatted(x));
      }
      return new Interval(
          x.low() < SMALLEST ? OF_ZERO : Math.log(x.low()), Math.log(Math.max(x.high(), SMALLEST)));
    }

    /** The logarithm of 0 depends on the format. */
    @Override
    public int fractionBitsMax() {
      return Scales.FRACTION_BITS_MAX;
    }

    @Override
    public boolean hasTightRange() {
      return true;
    }

    @Override
    public SecretTensor of(Step step) {
      return Logarithm.of(step.backend(), step.operand(0));
    }

    @Override
    public String title() {
      return "Log";
    }
  }

  private record Root(boolean inverse) implements Function {
    private static final int FACTOR_BITS = 16;

    /** Arguments this much smaller than the largest are taken for zero. */
    private static final double SMALLEST = 0x1p-18;

    @Override
    public Interval domain() {
      return new Interval(0, Double.POSITIVE_INFINITY);
    }

    @Override
    public double at(double x) {
      return inverse ? 1 / Math.sqrt(x) : Math.sqrt(x);
    }

    @Override
    public Interval range(Interval x) {
      if (x.low() < 0) {
        throw new ModelRefused(
            "the argument of a square root may be negative (%s); a calibration may show that it is"
                    .formatted(x)
                + " not");
      }
      double smallest = Math.min(0x1p-20, Math.max(x.high() * SMALLEST, Double.MIN_NORMAL));
      double low = Math.sqrt(Math.max(x.low(), smallest));
      double high = Math.sqrt(Math.max(x.high(), smallest));
      return inverse ? new Interval(1 / high, 1 / low) : new Interval(0, high);
    }

    @Override
    public boolean hasTightRange() {
      return !inverse;
    }

    /** The root is x times the inverse root, so that the root of 0 is 0. */
    @Override
    public SecretTensor of(Step step) {
      Backend b = step.backend();
      SecretTensor x = step.operand(0);
      SecretTensor root = ReciprocalSquareRoot.of(b, x, inverse ? step.format() : factor(step));
      return inverse ? root : b.multiply(x, root);
    }

    /** One over the root of the largest argument has as many digits as one over that of one. */
    private static FixedPoint factor(Step step) {
      int whole = Scales.wholeBits(step.interval(0).magnitude());
      return new FixedPoint(FACTOR_BITS + Math.max(whole, 0) / 2);
    }

    @Override
    public boolean isRelative() {
      return true;
    }

    @Override
    public String title() {
      return inverse ? "1/Sqrt" : "Sqrt";
    }
  }
}
