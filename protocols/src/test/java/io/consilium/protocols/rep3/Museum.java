package io.consilium.protocols.rep3;

import static io.consilium.protocols.rep3.Subject.Secret.bit;
import static io.consilium.protocols.rep3.Subject.Secret.element;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.prf.Address;
import io.consilium.protocols.prf.MaskSource;
import io.consilium.protocols.prf.Purpose;
import io.consilium.protocols.rep3.Subject.Secret;
import io.consilium.protocols.rep3.Subject.Tampering;
import io.consilium.protocols.rep3.Subject.Widths;
import io.consilium.protocols.ring.RingVector;
import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.Step;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;

/**
 * Mistakes that were made in real systems, and near relatives of them, as broken doubles. The view
 * check must find every one; that tests the test.
 */
final class Museum {
  private static final long[] NOTHING = {};

  private Museum() {}

  static List<Subject> exhibits() {
    return List.of(
        product("product without a zero mask", Museum::productWithoutZeroMask),
        product("product masked by a key of its reader", Museum::productMaskedByItsReader),
        product("product whose zero shares do not add up for one party", Museum::maskedButForP1),
        product("product that sends a share along", Museum::productWithAShare),
        Catalogue.twoProducts()
            .tampered("product with one mask for all", oneMaskForAll(Purpose.ZERO_SHARE, 2)),
        Catalogue.product(2).tampered("masks shifted right by two", words(w -> w >>> 2)),
        Catalogue.product(2).tampered("seven of eight mask bits zero", words(Museum::oneInEight)),
        Catalogue.product(1).tampered("masks that are constant", words(w -> 0)),
        Catalogue.product(1).tampered("one key for all shares", (share, masks) -> masks.apply(0)),
        Catalogue.productsInARow()
            .tampered("masks that rewind", addresses(Museum::withoutSequence)),
        Catalogue.andOfAnd().tampered("AND gates that rewind", addresses(Museum::withoutSequence)),
        andWithoutMask(),
        Catalogue.input(1, "input in the clear", session -> new Inputs(session))
            .tampered("input in the clear", words(w -> 0)),
        rawSharesToClient(),
        Catalogue.openingToClient(1)
            .tampered("opening to a client masked with zeros", words(w -> 0)),
        truncation("truncation with one mask for both bits", Purpose.TRUNCATE_LAMBDA),
        truncation("truncation masked twice with T", Purpose.TRUNCATE_T),
        Catalogue.truncation(4, 2)
            .tampered("truncation that ignores the address", addresses(a -> ADDRESS)),
        Catalogue.truncation(4, 2)
            .tampered("truncation without t1", withoutPurpose(Purpose.TRUNCATE_T)),
        Catalogue.truncation(5, 2)
            .sampled(0, 0, 13, 31)
            .tampered("truncation with short masks", words(w -> w & 1)),
        Catalogue.sign(3)
            .tampered("one-hot entries under one mask", oneMaskForAll(Purpose.SIGN_ONE_HOT, 4)),
        Catalogue.sign(3)
            .tampered("blocks converted without masks", withoutPurpose(Purpose.CONVERT_BITS)),
        Catalogue.sign(3)
            .tampered("one-hot entries in the clear", withoutPurpose(Purpose.SIGN_ONE_HOT)),
        Catalogue.sign(3).tampered("blocks that ignore the address", addresses(a -> ADDRESS)),
        Catalogue.twoBitProducts()
            .tampered("conversions that use alpha twice", addresses(Museum::withoutLane)),
        Catalogue.bitToArithmetic(1)
            .tampered("conversion masked by alpha again", addresses(a -> ADDRESS)),
        Catalogue.bitTimesValue(2)
            .tampered("selection whose gamma is alpha", merged(Purpose.BIT_GAMMA)),
        Catalogue.bitTimesValue(1)
            .tampered("selection without gamma", withoutPurpose(Purpose.BIT_GAMMA)),
        Catalogue.bitTimesValue(2).tampered("masks of positive sign only", words(w -> w & 1)),
        Catalogue.wordToArithmetic(2)
            .tampered("word that uses alpha for every bit", addresses(Museum::withoutLane)),
        Catalogue.exactTruncation(4, 1)
            .tampered("exact truncation in the clear", withoutPurpose(Purpose.INPUT_SHARE)),
        Catalogue.exactTruncation(4, 1)
            .tampered("exact truncation with its top bit", withoutPurpose(Purpose.TRUNCATE_ALPHA)));
  }

  private static final Address ADDRESS = new Address(0, 0, Purpose.REFRESH);

  // ---- doubles of the product
  // --------------------------------------------------------------------

  @FunctionalInterface
  private interface Multiplication {
    void run(Rep3Session session, ReplicatedTensor x, ReplicatedTensor y);
  }

  private static Subject product(String name, Multiplication multiplication) {
    return Subject.of(
        name,
        Widths.ring(1),
        (session, in) -> {
          multiplication.run(session, in.tensor(0), in.tensor(1));
          return NOTHING;
        },
        element(1),
        element(1));
  }

  private static long[] crossTerms(ReplicatedTensor x, ReplicatedTensor y) {
    return RingVector.add(
        RingVector.multiply(x.own, RingVector.add(y.own, y.next)),
        RingVector.multiply(x.next, y.own));
  }

  private static void reshare(Rep3Session session, Step step, long[] z) {
    session.sendWords(session.self().previous(), step, 0, z);
    var _ = session.receiveWords(session.self().next(), step, 0, z.length);
  }

  /** The product of CrypTen #518. */
  private static void productWithoutZeroMask(
      Rep3Session session, ReplicatedTensor x, ReplicatedTensor y) {
    reshare(session, session.step(Opcode.PRODUCT), crossTerms(x, y));
  }

  private static void productMaskedByItsReader(
      Rep3Session session, ReplicatedTensor x, ReplicatedTensor y) {
    Step step = session.step(Opcode.PRODUCT);
    int own = session.self().ordinal();
    long[] mask = session.mask(own, step, 0, Purpose.ZERO_SHARE, x.own.length);
    reshare(session, step, RingVector.add(crossTerms(x, y), mask));
  }

  private static void maskedButForP1(Rep3Session session, ReplicatedTensor x, ReplicatedTensor y) {
    Step step = session.step(Opcode.PRODUCT);
    long[] zero = session.zeroShare(step, x.own.length);
    boolean masks = session.self() != ComputeParty.P1;
    long[] z = crossTerms(x, y);
    reshare(session, step, masks ? RingVector.add(z, zero) : z);
  }

  private static void productWithAShare(
      Rep3Session session, ReplicatedTensor x, ReplicatedTensor y) {
    Step step = session.step(Opcode.PRODUCT);
    long[] z = RingVector.add(crossTerms(x, y), session.zeroShare(step, x.own.length));
    reshare(session, step, z);
    session.sendWords(session.self().previous(), step, 1, x.next);
    var _ = session.receiveWords(session.self().next(), step, 1, z.length);
  }

  // ---- other doubles
  // -----------------------------------------------------------------------------

  private static Subject andWithoutMask() {
    return Subject.of(
        "AND without a mask",
        Widths.ring(1),
        (session, in) -> {
          Planes x = in.planes(0);
          Planes y = in.planes(1);
          long[] z = new long[x.own().length];
          for (int i = 0; i < z.length; i++) {
            z[i] = x.own()[i] & (y.own()[i] ^ y.next()[i]) ^ x.next()[i] & y.own()[i];
          }
          reshare(session, session.step(Opcode.AND), z);
          return NOTHING;
        },
        bit(),
        bit());
  }

  /** What MP-SPDZ once did: the client learns how a value was shared. */
  private static Subject rawSharesToClient() {
    return Subject.of(
            "raw shares to a client",
            Widths.ring(1),
            (session, in) -> in.tensor(0).own,
            Secret.dealt(1, 1))
        .revealing((viewer, values) -> Catalogue.sumOfShares(1, values[0]))
        .seenBy(Subject.Viewer.CLIENT);
  }

  private static Subject truncation(String name, Purpose only) {
    return Catalogue.truncation(4, 2)
        .tampered(name, addresses(a -> new Address(a.sequence(), a.lane(), only)));
  }

  // ---- broken masks
  // ------------------------------------------------------------------------------

  private static Tampering addresses(UnaryOperator<Address> change) {
    return (share, masks) -> {
      MaskSource right = masks.apply(share);
      return (address, words, count) -> right.fill(sameKind(address, change), words, count);
    };
  }

  /** Planes stay planes, so that the check knows how wide a mask is. */
  private static Address sameKind(Address address, UnaryOperator<Address> change) {
    Address changed = change.apply(address);
    boolean planes = Widths.isPlanes(address);
    if (planes == Widths.isPlanes(changed)) {
      return changed;
    }
    return new Address(changed.sequence(), changed.lane(), Purpose.OPERAND_BITS);
  }

  private static Address withoutSequence(Address address) {
    return new Address(0, address.lane(), address.purpose());
  }

  private static Address withoutLane(Address address) {
    Purpose purpose = address.purpose() == Purpose.WORD_ALPHA ? Purpose.WORD_T : address.purpose();
    return new Address(address.sequence(), 0, purpose);
  }

  private static Tampering merged(Purpose purpose) {
    return addresses(
        a -> a.purpose() == purpose ? new Address(a.sequence(), a.lane(), Purpose.BIT_ALPHA) : a);
  }

  private static Tampering withoutPurpose(Purpose purpose) {
    return (share, masks) ->
        (address, words, count) -> {
          masks.apply(share).fill(address, words, count);
          if (address.purpose() == purpose) {
            Arrays.fill(words, 0, count, 0);
          }
        };
  }

  private static Tampering words(LongUnaryOperator change) {
    return (share, masks) ->
        (address, words, count) -> {
          masks.apply(share).fill(address, words, count);
          for (int i = 0; i < count; i++) {
            words[i] = change.applyAsLong(words[i]);
          }
        };
  }

  /** Of so many masks of a case, the first stands for all. */
  private static Tampering oneMaskForAll(Purpose purpose, int slots) {
    return (share, masks) ->
        (address, words, count) -> {
          masks.apply(share).fill(address, words, count);
          int first = address.purpose() == purpose ? count / slots : count;
          for (int i = first; i < count; i++) {
            words[i] = words[i % first];
          }
        };
  }

  /** The masks of FKOS15 in an old MP-SPDZ. */
  static long oneInEight(long word) {
    return word & 0x0101_0101_0101_0101L;
  }
}
