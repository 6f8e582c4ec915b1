package io.consilium.protocols.rep3;

import io.consilium.protocols.prf.Address;
import io.consilium.protocols.prf.MaskSource;
import io.consilium.protocols.transport.Message;
import io.consilium.protocols.transport.Opcode;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.LongStream;

/**
 * A protocol under the exhaustive view check: its secrets, the small ring, and what each party is
 * meant to learn.
 *
 * @param protocol the code under test; what it returns goes to a client outside
 * @param allowed what a party may learn; secrets of equal values must give equal views
 * @param tampering what is done to the masks, nothing for a real protocol
 * @param sampledViews zero to go through every choice of a party's own shares and masks; otherwise
 *     so many seeded choices, for each of which the distribution is still exact
 */
record Subject(
    String name,
    List<Secret> secrets,
    Widths widths,
    Protocol protocol,
    Allowed allowed,
    Tampering tampering,
    int sampledViews,
    long[] values,
    Set<Viewer> viewers) {

  static Subject of(String name, Widths widths, Protocol protocol, Secret... secrets) {
    int bits = List.of(secrets).stream().mapToInt(Secret::valueBits).sum();
    return new Subject(
        name,
        List.of(secrets),
        widths,
        protocol,
        (viewer, values) -> 0,
        (share, masks) -> masks.apply(share),
        0,
        LongStream.range(0, 1L << bits).toArray(),
        Viewer.PARTIES);
  }

  Subject revealing(Allowed newAllowed) {
    return new Subject(
        name, secrets, widths, protocol, newAllowed, tampering, sampledViews, values, viewers);
  }

  Subject tampered(String newName, Tampering newTampering) {
    return new Subject(
        newName, secrets, widths, protocol, allowed, newTampering, sampledViews, values, viewers);
  }

  Subject sampled(int views, long... newValues) {
    return new Subject(
        name, secrets, widths, protocol, allowed, tampering, views, newValues, viewers);
  }

  Subject seenBy(Viewer viewer) {
    return new Subject(
        name,
        secrets,
        widths,
        protocol,
        allowed,
        tampering,
        sampledViews,
        values,
        EnumSet.of(viewer));
  }

  @Override
  public String toString() {
    return name;
  }

  /** The lowest bits of a word set. */
  static long ones(int bits) {
    return bits == 0 ? 0 : -1L >>> (Long.SIZE - bits);
  }

  /** The code of one party. */
  @FunctionalInterface
  interface Protocol {
    long[] run(Rep3Session session, CaseInputs inputs);
  }

  /** What a party may learn of the values of the secrets, in their order. */
  @FunctionalInterface
  interface Allowed {
    long to(Viewer viewer, long[] values);
  }

  /** What a broken double takes for the masks of a share, given the right ones of every share. */
  @FunctionalInterface
  interface Tampering {
    MaskSource of(int share, IntFunction<MaskSource> masks);
  }

  /**
   * How a secret enters: shared additively or as bits with shares that run over everything, known
   * to P0 in the clear, or as three given shares that are part of the value.
   */
  enum Kind {
    ADDITIVE,
    BITS,
    PLAIN,
    DEALT
  }

  /** Who looks: a compute party at what it received, or a client at what the three gave it. */
  enum Viewer {
    P0,
    P1,
    P2,
    CLIENT;

    static final Set<Viewer> PARTIES = EnumSet.range(P0, P2);

    /** The index of the party that holds the same shares; a client holds none. */
    int party() {
      return this == CLIENT ? 0 : ordinal();
    }
  }

  /** A secret of so many elements per case, each of so many bits. */
  record Secret(Kind kind, int bits, int slots) {
    static Secret element(int bits) {
      return new Secret(Kind.ADDITIVE, bits, 1);
    }

    static Secret elements(int bits, int slots) {
      return new Secret(Kind.ADDITIVE, bits, slots);
    }

    static Secret bit() {
      return new Secret(Kind.BITS, 1, 1);
    }

    static Secret plain(int bits) {
      return new Secret(Kind.PLAIN, bits, 1);
    }

    static Secret dealt(int bits, int slots) {
      return new Secret(Kind.DEALT, bits, slots);
    }

    int valueBits() {
      return bits * slots * (kind == Kind.DEALT ? 3 : 1);
    }

    /** Bits of the two shares that a party knows, where the shares run over everything. */
    int knownShareBits() {
      return switch (kind) {
        case ADDITIVE, BITS -> 2 * bits * slots;
        case PLAIN, DEALT -> 0;
      };
    }

    /** Share {@code j} of an element of a dealt secret. */
    long share(long value, int slot, int j) {
      return value >>> (3 * slot + j) * bits & ones(bits);
    }

    /** The two shares of a dealt secret that a party knows, as one number. */
    long sharesOf(Viewer viewer, long value) {
      long known = 0;
      for (int slot = 0; slot < slots; slot++) {
        known = known << bits | share(value, slot, viewer.party());
        known = known << bits | share(value, slot, (viewer.party() + 1) % 3);
      }
      return known;
    }
  }

  /**
   * How much of a word the small ring keeps.
   *
   * @param ring bits kept of a whole ring element, where the protocol commutes with reduction
   * @param truncation bits of a truncation's masks, which are exactly what it sends
   */
  record Widths(int ring, int truncation) {
    static Widths ring(int bits) {
      return new Widths(bits, bits);
    }

    int ofMask(Address address) {
      return switch (address.purpose()) {
        case ZERO_BITS, SIGN_ONE_HOT, SIGN_TOP_BIT, CONVERT_BITS, OPERAND_BITS -> 1;
        case TRUNCATE_LAMBDA, TRUNCATE_ALPHA, TRUNCATE_T -> truncation;
        case WORD_ALPHA -> Math.max(ring - address.lane(), 0);
        case INPUT_SHARE, ZERO_SHARE, BIT_ALPHA, BIT_GAMMA, BIT_T, WORD_T, REFRESH -> ring;
      };
    }

    int ofElement(Message message) {
      boolean ofWord = message.step().opcode() == Opcode.WORD_TO_ARITHMETIC;
      if (message.elementBits() == Long.SIZE || ofWord) {
        return Math.max(ring - (Long.SIZE - message.elementBits()), 0);
      }
      return message.elementBits();
    }

    static boolean isPlanes(Address address) {
      return switch (address.purpose()) {
        case ZERO_BITS, SIGN_ONE_HOT, SIGN_TOP_BIT, CONVERT_BITS, OPERAND_BITS -> true;
        case INPUT_SHARE,
            ZERO_SHARE,
            TRUNCATE_LAMBDA,
            TRUNCATE_ALPHA,
            TRUNCATE_T,
            BIT_ALPHA,
            BIT_GAMMA,
            BIT_T,
            WORD_ALPHA,
            WORD_T,
            REFRESH ->
            false;
      };
    }

    /** Whether the words of a message are bit planes: 64 cases in a word. */
    static boolean isPlanes(Message message) {
      return switch (message.step().opcode()) {
        case SIGN, AND, BITS_OF -> true;
        // The exact truncation sends its blocks as planes and its own parts, from 16 on, as words.
        case TRUNCATE_EXACT -> message.part() < 16;
        case KEY_AGREEMENT,
            INPUT,
            INPUT_DIGEST,
            OPEN,
            PRODUCT,
            TRUNCATE,
            BIT_PRODUCT,
            WORD_TO_ARITHMETIC,
            REFRESH,
            SYNCHRONISE,
            COMPARE_SHARES,
            SERVE ->
            false;
      };
    }
  }
}
