package io.consilium.protocols.rep3;

import io.consilium.protocols.Backend;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Cost;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretProduct;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.functions.Clamp;
import io.consilium.protocols.functions.Clip;
import io.consilium.protocols.functions.Division;
import io.consilium.protocols.functions.Exponential;
import io.consilium.protocols.functions.Gelu;
import io.consilium.protocols.functions.LogLoss;
import io.consilium.protocols.functions.Logarithm;
import io.consilium.protocols.functions.OneHot;
import io.consilium.protocols.functions.PiecewiseFunction;
import io.consilium.protocols.functions.Reciprocal;
import io.consilium.protocols.functions.ReciprocalSquareRoot;
import io.consilium.protocols.functions.Relu;
import io.consilium.protocols.functions.Remainder;
import io.consilium.protocols.functions.RootQuotient;
import io.consilium.protocols.functions.Sigmoid;
import io.consilium.protocols.functions.Softmax;
import io.consilium.protocols.functions.Sorting;
import io.consilium.protocols.ring.BitPlanes;
import io.consilium.protocols.ring.ConvolutionGeometry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** Single instructions over n elements, for the tests of costs and for the table of costs. */
final class Instructions {
  static final FixedPoint F16 = new FixedPoint(16);
  private static final FixedPoint WIDE = new FixedPoint(62);

  private Instructions() {}

  /** What an instruction works on: n elements and n bits that cost nothing to have. */
  record Operands(int size, SecretTensor x, SecretTensor y, SecretBits p, SecretBits q) {
    /** At the clear reference; a sign has cost something, so costs are counted from here on. */
    static Operands clear(Backend backend, int n) {
      SecretTensor zeros = backend.constant(Shape.vector(n), F16, new long[n]);
      SecretTensor x = backend.within(zeros, ValueRange.UNDECLARED);
      SecretBits bits = backend.negative(x, 2);
      return new Operands(n, x, x, bits, bits);
    }

    /** At one of three parties, shares of zeros that were sent by nobody. */
    static Operands shared(ComputeParty party, int n) {
      Shares zeros = Shares.bare(new long[n]);
      SecretTensor x = zeros.at(party, Shape.vector(n), F16);
      SecretBits bits = Shares.bare(new long[BitPlanes.words(n)]).bitsAt(party, n);
      return new Operands(n, x, x, bits, bits);
    }

    /** Codes of 31 bits and a sign, or of 30, so that a difference has 31. */
    SecretTensor of32Bits(Backend backend) {
      return backend.within(x, ValueRange.ofWidth(32));
    }

    SecretTensor of31Bits(Backend backend) {
      return backend.within(x, ValueRange.ofWidth(31));
    }

    SecretTensor wide(Backend backend) {
      return backend.reinterpret(x, WIDE);
    }
  }

  /** One instruction, or a short program of several. */
  @FunctionalInterface
  interface Program {
    void run(Backend backend, Operands operands);
  }

  record Instruction(String name, Program program) {
    /** The declared cost over n elements. */
    Cost declared(int n) {
      Backend backend = new ClearBackend();
      Operands operands = Operands.clear(backend, n);
      Cost before = backend.declared();
      program.run(backend, operands);
      return backend.declared().since(before);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Instruction input() {
    return new Instruction(
        "private input of a compute party",
        (b, o) -> {
          boolean owns = !(b instanceof Rep3Backend rep3) || rep3.self() == ComputeParty.P1;
          long[] codes = new long[owns ? o.size() : 0];
          var _ = b.input(ComputeParty.P1, Shape.vector(o.size()), F16, codes);
        });
  }

  static Instruction product() {
    return new Instruction(
        "product",
        (b, o) -> {
          var _ = b.multiply(o.x(), o.y());
        });
  }

  static Instruction matrixProduct() {
    return new Instruction(
        "matrix product, per element of the result",
        (b, o) -> {
          SecretTensor column = b.reshape(o.x(), Shape.matrix(o.size(), 1));
          SecretTensor one = b.constant(Shape.matrix(1, 1), F16, new long[1]);
          var _ = b.matmul(column, false, one, false);
        });
  }

  /** A geometry of n outputs: one channel, a kernel of a single tap. */
  private static ConvolutionGeometry pointwise(int n) {
    List<Integer> one = List.of(1);
    return new ConvolutionGeometry(1, 1, 1, 1, List.of(n), one, one, List.of(0), one);
  }

  static Instruction convolution() {
    return new Instruction(
        "convolution, per element of the result",
        (b, o) -> {
          int n = o.size();
          if (n == 0) {
            // A convolution has a geometry of one place or more; an empty product is one of none.
            var _ = b.multiply(o.x(), o.y());
            return;
          }
          SecretTensor input = b.reshape(o.x(), new Shape(List.of(1, 1, n)));
          SecretTensor weights = b.constant(new Shape(List.of(1, 1, 1)), F16, new long[1]);
          var _ = b.product(new SecretProduct.Convolution(pointwise(n), weights, input));
        });
  }

  static Instruction dotRows() {
    return new Instruction(
        "sum of 3 products, per sum",
        (b, o) -> {
          SecretTensor row = b.reshape(o.x(), Shape.matrix(1, o.size()));
          SecretTensor rows = b.concatenate(List.of(row, row, row));
          var _ = b.dotRows(rows, rows);
        });
  }

  static Instruction truncate(int bits) {
    return new Instruction(
        "truncation by " + bits + " bits",
        (b, o) -> {
          var _ = b.truncate(o.wide(b), bits);
        });
  }

  static Instruction fixedPointProduct() {
    return new Instruction(
        "fixed-point product: product and truncation by 16",
        (b, o) -> {
          var _ = b.truncate(b.multiply(o.x(), o.y()), 16);
        });
  }

  static Instruction truncateExactly(int bits) {
    return new Instruction(
        "exact truncation by " + bits + " bits",
        (b, o) -> {
          var _ = b.truncateExactly(o.wide(b), bits);
        });
  }

  static Instruction negative(int width) {
    return new Instruction(
        "sign of " + width + " bits",
        (b, o) -> {
          var _ = b.negative(o.x(), width);
        });
  }

  static Instruction bitsOf(int width) {
    return new Instruction(
        "all of " + width + " bits",
        (b, o) -> {
          var _ = b.bitsOf(o.x(), width);
        });
  }

  static Instruction and() {
    return new Instruction(
        "AND",
        (b, o) -> {
          var _ = b.and(o.p(), o.q());
        });
  }

  static Instruction toArithmetic() {
    return new Instruction(
        "bit to integer (B2A)",
        (b, o) -> {
          var _ = b.toArithmetic(o.p());
        });
  }

  static Instruction select() {
    return new Instruction(
        "bit times value (BITINJ)",
        (b, o) -> {
          var _ = b.select(o.p(), o.x());
        });
  }

  static Instruction bitProducts() {
    return new Instruction(
        "two B2A and one BITINJ together",
        (b, o) -> {
          var _ = b.bitProducts(List.of(o.p(), o.q()), List.of(o.q()), List.of(o.x()));
        });
  }

  static Instruction wordToArithmetic(int width) {
    return new Instruction(
        "word of " + width + " bits to integer (WORD-B2A)",
        (b, o) -> {
          var _ = b.wordToArithmetic(Collections.nCopies(width, o.p()));
        });
  }

  static Instruction relu() {
    return new Instruction(
        "ReLU of 32 bits: sign and BITINJ",
        (b, o) -> {
          var _ = b.subtract(o.x(), b.select(b.negative(o.x(), 32), o.x()));
        });
  }

  static Instruction open() {
    return new Instruction(
        "opening to the three",
        (b, o) -> {
          var _ = b.open(o.x(), ThreeParties.any());
        });
  }

  static Instruction share() {
    return new Instruction(
        "fresh shares for a client, among the three",
        (b, o) -> {
          var _ = b.share(o.x(), ThreeParties.any());
        });
  }

  /** Every instruction that sends, at the widths that programs use. */
  static List<Instruction> common() {
    List<Instruction> all = new ArrayList<>();
    all.addAll(List.of(input(), product(), matrixProduct(), convolution(), dotRows()));
    IntStream.of(8, 13, 16, 20, 24, 32).mapToObj(Instructions::truncate).forEach(all::add);
    all.add(fixedPointProduct());
    IntStream.of(8, 13, 16, 20, 24, 32).mapToObj(Instructions::truncateExactly).forEach(all::add);
    IntStream.of(8, 16, 24, 32, 40, 47, 48, 64).mapToObj(Instructions::negative).forEach(all::add);
    IntStream.of(8, 16, 32, 40, 48, 64).mapToObj(Instructions::bitsOf).forEach(all::add);
    all.addAll(List.of(and(), toArithmetic(), select(), bitProducts()));
    IntStream.of(1, 5, 16, 32, 47).mapToObj(Instructions::wordToArithmetic).forEach(all::add);
    all.addAll(List.of(relu(), open(), share()));
    return all;
  }

  private static Instruction function(String name, BiFunction<Backend, Operands, SecretTensor> f) {
    return new Instruction(
        name,
        (b, o) -> {
          var _ = f.apply(b, o);
        });
  }

  /** n rows of so many columns, as a matrix. */
  private static SecretTensor rows(Backend b, Operands o, int columns) {
    SecretTensor row = b.reshape(o.x(), Shape.matrix(1, o.size()));
    return b.transpose(b.concatenate(Collections.nCopies(columns, row)));
  }

  private static SecretTensor labels(Backend b, SecretTensor like) {
    return b.reinterpret(like, FixedPoint.INTEGER);
  }

  /** The functions of the package above, at the formats of training and prediction. */
  static List<Instruction> functions() {
    return List.of(
        function("ReLU, 32 bits", (b, o) -> Relu.of(b, o.of32Bits(b))),
        function("absolute value, 32 bits", (b, o) -> Relu.absolute(b, o.of32Bits(b))),
        function(
            "maximum of two, 32 bits", (b, o) -> Relu.maximum(b, o.of31Bits(b), o.of31Bits(b))),
        function(
            "clip at a bound, 32 bits",
            (b, o) -> Clip.of(b, List.of(o.of31Bits(b)), new long[] {1 << 30}).getFirst()),
        function("any ring element into an interval", (b, o) -> Clamp.of(b, o.x(), -9, 9)),
        function("remainder of 32 bits", (b, o) -> Remainder.of(b, o.x(), 32)),
        function("bit out of any ring element", (b, o) -> b.toArithmetic(OneHot.parity(b, o.x()))),
        function(
            "one-hot vector of 4 out of any ring elements, per row",
            (b, o) -> OneHot.of(b, rows(b, o, 4))),
        function(
            "sigmoid for training",
            (b, o) -> Sigmoid.approximate(b, b.reinterpret(o.x(), Sigmoid.INPUT))),
        function("GELU", (b, o) -> Gelu.of(b, b.reinterpret(o.x(), Gelu.INPUT))),
        function(
            "GELU and its derivative",
            (b, o) -> Gelu.withSlope(b, b.reinterpret(o.x(), Gelu.INPUT)).slope()),
        function(
            "smooth function in 16 pieces",
            (b, o) -> {
              PiecewiseFunction.Line end = PiecewiseFunction.Line.at(1);
              return PiecewiseFunction.of(Math::tanh, -2, 16, -2, end, end)
                  .at(b, b.reinterpret(o.x(), PiecewiseFunction.INPUT));
            }),
        function(
            "exchange of two in a sort, 32 bits",
            (b, o) -> {
              SecretTensor one = b.reshape(o.of31Bits(b), Shape.matrix(1, o.size()));
              return Sorting.ascending(b, b.transpose(b.concatenate(List.of(one, one))));
            }),
        function("sigmoid, exact", (b, o) -> Sigmoid.exact(b, o.x())),
        function("exp of x <= 0", (b, o) -> Exponential.ofNonPositive(b, o.x())),
        function("1/x", (b, o) -> Reciprocal.of(b, o.x(), F16)),
        function("1/x for x in [1, 2]", (b, o) -> Reciprocal.betweenOneAndTwo(b, o.x())),
        function("a/x", (b, o) -> Division.of(b, o.y(), o.x(), F16)),
        function("1/sqrt(x)", (b, o) -> ReciprocalSquareRoot.of(b, o.x(), F16)),
        function("a/sqrt(x) for training, 54 bits", (b, o) -> RootQuotient.of(b, o.y(), o.x(), 54)),
        function("ln(x)", (b, o) -> Logarithm.of(b, o.x())),
        function("softmax of 4 classes, per row", (b, o) -> Softmax.of(b, rows(b, o, 4))),
        function("softmax of 10 classes, per row", (b, o) -> Softmax.of(b, rows(b, o, 10))),
        function("maximum of 4, per row", (b, o) -> Softmax.maximum(b, rows(b, o, 4))),
        function(
            "one-hot maximum of 4, per row", (b, o) -> Softmax.oneHotOfMaximum(b, rows(b, o, 4))),
        function(
            "log loss, 2 classes",
            (b, o) -> LogLoss.binary(b, b.reinterpret(o.x(), Sigmoid.INPUT), labels(b, o.y()))),
        function(
            "log loss, 4 classes, per row",
            (b, o) -> LogLoss.categorical(b, rows(b, o, 4), labels(b, rows(b, o, 4)))));
  }
}
