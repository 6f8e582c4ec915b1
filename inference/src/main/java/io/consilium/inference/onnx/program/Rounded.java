package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.functions.Rounding;
import java.util.List;

/** x as a whole number, element by element. Rounds: see {@link Rounding}. */
public record Rounded(Mode mode, Value x) implements Elements.Elementwise {
  /** In which direction. */
  public enum Mode {
    /**
     * To the largest integer that is not above. What is so close below an integer that rounding may
     * have put it there counts as the integer.
     */
    DOWN {
      @Override
      double at(double x) {
        return Math.floor(x);
      }

      @Override
      SecretTensor of(Backend b, SecretTensor x) {
        long guard = 1L << Math.max(x.format().fractionBits() - GUARD_BITS, 0);
        return Rounding.down(b, b.addCode(x, x.format().fractionBits() == 0 ? 0 : guard));
      }
    },
    /** To the nearest integer, of two the even one. */
    HALF_TO_EVEN {
      @Override
      double at(double x) {
        return Math.rint(x);
      }

      @Override
      SecretTensor of(Backend b, SecretTensor x) {
        return Rounding.halfToEven(b, x);
      }
    };

    /** Numbers are known to within 2^-16. */
    private static final int GUARD_BITS = 16;

    abstract double at(double x);

    abstract SecretTensor of(Backend b, SecretTensor x);
  }

  @Override
  public List<Value> operands() {
    return List.of(x);
  }

  @Override
  public Shape shape() {
    return x.shape();
  }

  @Override
  public double[] evaluate(List<double[]> operands) {
    double[] z = operands.getFirst().clone();
    for (int i = 0; i < z.length; i++) {
      z[i] = mode.at(z[i]);
    }
    return z;
  }

  @Override
  public Interval range(List<Interval> operands) {
    Interval x = operands.getFirst();
    return new Interval(Math.floor(x.low()), Math.ceil(x.high()));
  }

  @Override
  public boolean hasTightRange() {
    return true;
  }

  @Override
  public Bundle bundle() {
    return new Elements(mode);
  }

  @Override
  public int workPerElement() {
    return Elements.WORK;
  }

  @Override
  public SecretTensor of(Step step) {
    return mode.of(step.backend(), step.flat(0));
  }
}
