package io.consilium.protocols.rep3;

import static io.consilium.protocols.rep3.Subject.Secret.bit;
import static io.consilium.protocols.rep3.Subject.Secret.dealt;
import static io.consilium.protocols.rep3.Subject.Secret.element;
import static io.consilium.protocols.rep3.Subject.Secret.elements;
import static io.consilium.protocols.rep3.Subject.Secret.plain;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretProduct;
import io.consilium.protocols.Shape;
import io.consilium.protocols.rep3.Subject.Viewer;
import io.consilium.protocols.rep3.Subject.Widths;
import io.consilium.protocols.ring.ConvolutionGeometry;
import io.consilium.protocols.ring.RingWidth;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The real protocols of the suite in small rings, as the exhaustive view check takes them.
 *
 * <p>Products, inputs, openings and the conversions of bits commute with reduction modulo 2^k: they
 * run in 64 bits, and k bits of every word are compared. Truncations and signs do not; they run in
 * the small ring itself. What joins protocols to larger ones (the carry tree, the carry of the
 * exact truncation) adds no message of its own and takes masks at addresses of its own, so the
 * parts are counted through separately where the whole is too large.
 */
final class Catalogue {
  private static final long[] NOTHING = {};

  private Catalogue() {}

  /** Every protocol with every mask in use, so that none can be left out. */
  static List<Subject> masked() {
    List<Subject> subjects = new ArrayList<>();
    for (int k = 1; k <= 2; k++) {
      subjects.addAll(linear(k));
      subjects.add(bitToArithmetic(k));
      subjects.add(bitTimesValue(k));
      subjects.add(wordToArithmetic(k + 1));
    }
    subjects.add(twoProducts());
    subjects.add(productsInARow());
    subjects.add(twoBitProducts());
    subjects.add(and());
    subjects.add(andOfAnd());
    subjects.add(truncation(4, 1));
    subjects.add(truncation(4, 2));
    subjects.add(truncation(5, 1));
    subjects.add(sign(2));
    subjects.add(sign(3));
    subjects.add(sign(4));
    subjects.add(bitsOf(2));
    subjects.add(bitsOf(3));
    return subjects;
  }

  /** Larger rings: some choices of a party's own shares and masks, all choices of the others'. */
  static List<Subject> larger() {
    return List.of(
        // Four secrets for all choices of what a party knows, and all secrets for some.
        truncation(5, 2).sampled(0, 0, 1, 13, 31),
        truncation(5, 2).sampled(1 << 10, everyValue(5)),
        truncation(6, 3).sampled(1 << 6, everyValue(6)),
        bitTimesValue(3),
        // What its second round masks is even, so one bit alone needs no mask there.
        wordToArithmetic(1),
        sign(5).sampled(4, everyValue(5)),
        // Two blocks with their carry tree: P2 lacks 21 masks, each of its views is counted whole.
        sign(6).sampled(1, 0, 1, 31, 32, 63).seenBy(Viewer.P2),
        sign(6).sampled(1 << 8, everyValue(6)).seenBy(Viewer.P0),
        sign(6).sampled(1 << 8, everyValue(6)).seenBy(Viewer.P1),
        bitsOf(4).sampled(1 << 6, everyValue(4)),
        exactTruncation(4, 1),
        exactTruncation(4, 2).sampled(1 << 6, everyValue(4)),
        exactTruncation(5, 3).sampled(1 << 6, 0, 1, 9, 16, 31).seenBy(Viewer.P0),
        exactTruncation(5, 3).sampled(1 << 6, 0, 1, 9, 16, 31).seenBy(Viewer.P1),
        exactTruncation(5, 3).sampled(4, 0, 1, 9, 16, 31).seenBy(Viewer.P2));
  }

  private static long[] everyValue(int bits) {
    return IntStream.range(0, 1 << bits).mapToLong(i -> i).toArray();
  }

  private static List<Subject> linear(int k) {
    Widths ring = Widths.ring(k);
    long mask = Subject.ones(k);
    return List.of(
        product(k),
        Subject.of(
            "sum of products, " + k + " bits",
            ring,
            (session, in) -> {
              var _ = new ReplicatedProduct(session).dotRows(in.matrix(0), in.matrix(1));
              return NOTHING;
            },
            elements(k, 3 - k),
            elements(k, 3 - k)),
        Subject.of(
                "matrix product, " + k + " bits",
                ring,
                (session, in) -> {
                  var _ =
                      new ReplicatedProduct(session)
                          .matrix(in.column(1), true, in.matrix(0), false);
                  return NOTHING;
                },
                elements(k, 3 - k),
                dealt(k, 3 - k))
            .revealing((viewer, values) -> dealt(k, 3 - k).sharesOf(viewer, values[1])),
        Subject.of(
                "matrix times vector, " + k + " bits",
                ring,
                (session, in) -> {
                  var _ =
                      new ReplicatedProduct(session)
                          .matrix(in.matrix(0), true, in.column(1), false);
                  return NOTHING;
                },
                elements(k, 3 - k),
                dealt(k, 3 - k))
            .revealing((viewer, values) -> dealt(k, 3 - k).sharesOf(viewer, values[1])),
        convolution(k),
        inputGradient(k),
        weightGradient(k),
        input(k, "input", Inputs::new),
        Subject.of(
                "opened product, " + k + " bits",
                ring,
                (session, in) -> {
                  ReplicatedTensor z =
                      new ReplicatedProduct(session).elementwise(in.tensor(0), in.tensor(1));
                  var _ = new Openings(session).toAll(z);
                  return NOTHING;
                },
                element(k),
                element(k))
            .revealing((viewer, values) -> values[0] * values[1] & mask));
  }

  /** An image of one row of cases per slot; the kernel covers the slots. */
  private static ConvolutionGeometry overCases(CaseInputs in, int slots) {
    return new ConvolutionGeometry(
        1,
        1,
        1,
        1,
        List.of(slots, in.cases()),
        List.of(slots, 1),
        List.of(1, 1),
        List.of(0, 0),
        List.of(1, 1));
  }

  private static Subject convolution(int k) {
    int slots = 3 - k;
    return Subject.of(
            "convolution, " + k + " bits",
            Widths.ring(k),
            (session, in) -> {
              ConvolutionGeometry geometry = overCases(in, slots);
              ReplicatedTensor weights = shaped(in.column(1), geometry.weightShape());
              ReplicatedTensor input = shaped(in.matrix(0), geometry.inputShape());
              return product(session, new SecretProduct.Convolution(geometry, weights, input));
            },
            elements(k, slots),
            dealt(k, slots))
        .revealing((viewer, values) -> dealt(k, slots).sharesOf(viewer, values[1]));
  }

  private static Subject inputGradient(int k) {
    int slots = 3 - k;
    return Subject.of(
            "gradient of a convolution's input, " + k + " bits",
            Widths.ring(k),
            (session, in) -> {
              ConvolutionGeometry geometry = overCases(in, slots);
              ReplicatedTensor weights = shaped(in.column(1), geometry.weightShape());
              ReplicatedTensor error = shaped(in.tensor(0), geometry.outputShape());
              return product(session, new SecretProduct.InputGradient(geometry, weights, error));
            },
            element(k),
            dealt(k, slots))
        .revealing((viewer, values) -> dealt(k, slots).sharesOf(viewer, values[1]));
  }

  /** The slots are rows of a batch; every case is a channel with weights of its own. */
  private static Subject weightGradient(int k) {
    return Subject.of(
        "gradient of a convolution's weights, " + k + " bits",
        Widths.ring(k),
        (session, in) -> {
          List<Integer> one = List.of(1);
          int n = in.cases();
          ConvolutionGeometry geometry =
              new ConvolutionGeometry(3 - k, n, n, n, one, one, one, List.of(0), one);
          ReplicatedTensor input = shaped(in.matrix(0), geometry.inputShape());
          ReplicatedTensor error = shaped(in.matrix(1), geometry.outputShape());
          return product(session, new SecretProduct.WeightGradient(geometry, input, error));
        },
        elements(k, 3 - k),
        elements(k, 3 - k));
  }

  private static long[] product(Rep3Session session, SecretProduct product) {
    var _ = new ReplicatedProduct(session).of(List.of(product));
    return NOTHING;
  }

  private static ReplicatedTensor shaped(ReplicatedTensor x, List<Integer> dimensions) {
    return x.as(x.type().reshaped(new Shape(dimensions)));
  }

  static Subject product(int k) {
    return Subject.of(
        "product, " + k + " bits",
        Widths.ring(k),
        (session, in) -> {
          var _ = new ReplicatedProduct(session).elementwise(in.tensor(0), in.tensor(1));
          return NOTHING;
        },
        element(k),
        element(k));
  }

  /** Two elements at once: their masks must differ. */
  static Subject twoProducts() {
    return Subject.of(
        "two products, 1 bit",
        Widths.ring(1),
        (session, in) -> {
          var _ = new ReplicatedProduct(session).elementwise(in.tensor(0), in.tensor(1));
          return NOTHING;
        },
        elements(1, 2),
        elements(1, 2));
  }

  /** Two products that share an operand: their masks must differ. */
  static Subject productsInARow() {
    return Subject.of(
        "products in a row, 1 bit",
        Widths.ring(1),
        (session, in) -> {
          ReplicatedProduct product = new ReplicatedProduct(session);
          var _ = product.elementwise(in.tensor(0), in.tensor(1));
          var _ = product.elementwise(in.tensor(0), in.tensor(2));
          return NOTHING;
        },
        element(1),
        element(1),
        element(1));
  }

  static Subject input(int k, String name, Function<Rep3Session, Inputs> inputs) {
    return Subject.of(
            name + ", " + k + " bits",
            Widths.ring(k),
            (session, in) -> {
              Shape shape = Shape.vector(in.cases());
              var _ =
                  inputs.apply(session).of(ComputeParty.P0, shape, FixedPoint.INTEGER, in.plain(0));
              return NOTHING;
            },
            plain(k))
        .revealing((viewer, values) -> viewer == Viewer.P0 ? values[0] : 0);
  }

  /** Opening to the parties themselves: no mask, and nothing but the value. */
  static Subject opening(int k) {
    return Subject.of(
            "opening, " + k + " bits",
            Widths.ring(k),
            (session, in) -> {
              var _ = new Openings(session).toAll(in.tensor(0));
              return NOTHING;
            },
            element(k))
        .revealing((viewer, values) -> values[0]);
  }

  /** Opening to a client: whatever the shares, it sees the value and nothing else. */
  static Subject openingToClient(int k) {
    return Subject.of(
            "opening to a client, " + k + " bits",
            Widths.ring(k),
            (session, in) -> new Openings(session).freshShare(in.tensor(0)),
            dealt(k, 1))
        .revealing((viewer, values) -> sumOfShares(k, values[0]))
        .seenBy(Viewer.CLIENT);
  }

  static long sumOfShares(int k, long value) {
    var secret = dealt(k, 1);
    return secret.share(value, 0, 0) + secret.share(value, 0, 1) + secret.share(value, 0, 2)
        & Subject.ones(k);
  }

  static Subject and() {
    return Subject.of(
        "AND",
        Widths.ring(1),
        (session, in) -> {
          var _ = new BooleanProduct(session).of(in.planes(0), in.planes(1));
          return NOTHING;
        },
        bit(),
        bit());
  }

  static Subject andOfAnd() {
    return Subject.of(
        "AND of an AND",
        Widths.ring(1),
        (session, in) -> {
          BooleanProduct and = new BooleanProduct(session);
          var _ = and.of(and.of(in.planes(0), in.planes(1)), in.planes(2));
          return NOTHING;
        },
        bit(),
        bit(),
        bit());
  }

  static Subject bitToArithmetic(int k) {
    return Subject.of(
        "B2A, " + k + " bits",
        Widths.ring(k),
        (session, in) -> {
          var _ = new BitProduct(session).of(List.of(BitProduct.Factor.converted(in.bits(0))));
          return NOTHING;
        },
        bit());
  }

  static Subject bitTimesValue(int k) {
    return Subject.of(
        "BITINJ, " + k + " bits",
        Widths.ring(k),
        (session, in) -> {
          BitProduct.Factor factor = BitProduct.Factor.times(in.bits(0), in.tensor(1));
          var _ = new BitProduct(session).of(List.of(factor));
          return NOTHING;
        },
        bit(),
        element(k));
  }

  /** A conversion and a selection in the same rounds: their masks must differ. */
  static Subject twoBitProducts() {
    return Subject.of(
        "B2A beside BITINJ, 1 bit",
        Widths.ring(1),
        (session, in) -> {
          var _ =
              new BitProduct(session)
                  .of(
                      List.of(
                          BitProduct.Factor.converted(in.bits(0)),
                          BitProduct.Factor.times(in.bits(1), in.tensor(2))));
          return NOTHING;
        },
        bit(),
        bit(),
        element(1));
  }

  static Subject wordToArithmetic(int k) {
    return Subject.of(
        "WORD-B2A, " + k + " bits",
        Widths.ring(k),
        (session, in) -> {
          List<ReplicatedBits> word = IntStream.range(0, k).mapToObj(in::bits).toList();
          var _ = new WordToArithmetic(session).of(word);
          return NOTHING;
        },
        IntStream.range(0, k).mapToObj(j -> bit()).toArray(Subject.Secret[]::new));
  }

  static Subject truncation(int ring, int m) {
    return Subject.of(
        "TRUNC-4m by " + m + " bits in " + ring,
        new Widths(ring, m),
        (session, in) -> {
          var _ =
              new Truncation(session, new RingWidth(ring)).of(List.of(in.wide(0)), new int[] {m});
          return NOTHING;
        },
        element(ring));
  }

  static Subject sign(int width) {
    return Subject.of(
        "sign of " + width + " bits",
        Widths.ring(1),
        (session, in) -> {
          var _ = new SignBit(session, new BooleanProduct(session)).of(in.tensor(0), width);
          return NOTHING;
        },
        element(width));
  }

  static Subject bitsOf(int width) {
    return Subject.of(
        "all bits of " + width + " bits",
        Widths.ring(1),
        (session, in) -> {
          var _ =
              new ArithmeticToBits(session, new BooleanProduct(session)).of(in.tensor(0), width);
          return NOTHING;
        },
        element(width));
  }

  /** Of its whole words the lowest bit is compared: they commute with reduction. */
  static Subject exactTruncation(int ring, int m) {
    return Subject.of(
        "exact truncation by " + m + " bits in " + ring,
        new Widths(1, m),
        (session, in) -> {
          BooleanProduct and = new BooleanProduct(session);
          BitProduct product = new BitProduct(session);
          var _ = new ExactTruncation(session, and, product, new RingWidth(ring)).of(in.wide(0), m);
          return NOTHING;
        },
        element(ring));
  }
}
