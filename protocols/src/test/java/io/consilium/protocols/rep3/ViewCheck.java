package io.consilium.protocols.rep3;

import static io.consilium.protocols.rep3.Subject.ones;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.prf.Address;
import io.consilium.protocols.prf.MaskSource;
import io.consilium.protocols.ring.BitPacking;
import io.consilium.protocols.ring.BitPlanes;
import io.consilium.protocols.transport.InMemoryNetwork;
import io.consilium.protocols.transport.Message;
import io.consilium.protocols.transport.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.stream.LongStream;

/**
 * Runs a protocol for every secret, every sharing and every value of every mask in a small ring and
 * compares what one corrupted party sees: its shares, its masks, and all it received.
 *
 * <p>The real code runs, with masks that are counted through in place of a pseudorandom function.
 * One run takes very many cases side by side: each element of a tensor, or each lane of a bit
 * plane, is one choice of everything random. The joint distribution of the view must be equal for
 * all secrets that the party may not tell apart. This is no proof for 64 bits, but it finds every
 * structural mistake: a missing mask, a mask used twice, a mask known to its reader.
 */
final class ViewCheck {
  private static final int CASES_LOG_MAX = 16;
  private static final int HISTOGRAM_LOG_MAX = 22;
  private static final int PROBE_CASES = Long.SIZE;
  private static final long SEED = Long.getLong("seed", 20260723L);

  private final Subject subject;
  private final List<MaskSlots> masks = new ArrayList<>();
  private final List<Received> messages = new ArrayList<>();
  private int handedOut;

  private ViewCheck(Subject subject) {
    this.subject = subject;
    probe();
  }

  /** What a party can tell apart although it should not, or nothing. */
  static Optional<String> leak(Subject subject) {
    ViewCheck check = new ViewCheck(subject);
    return subject.viewers().stream()
        .flatMap(viewer -> check.new View(viewer).difference().stream())
        .findFirst();
  }

  /** The masks that the protocol takes: one entry per share, address and slot. */
  static List<MaskSlot> masksOf(Subject subject) {
    List<MaskSlot> slots = new ArrayList<>();
    for (MaskSlots mask : new ViewCheck(subject).masks) {
      for (int slot = 0; slot < mask.slots(); slot++) {
        if (mask.bits() > 0) {
          slots.add(new MaskSlot(mask.key().share(), mask.key().address(), slot, mask.slots()));
        }
      }
    }
    return slots;
  }

  /** One mask per case. */
  record MaskSlot(int share, Address address, int slot, int slots) {}

  private record MaskKey(int share, Address address) {}

  /** All masks at an address: so many slots per case, of so many bits. */
  private record MaskSlots(MaskKey key, int slots, int bits) {}

  private record MessageKey(ComputeParty from, ComputeParty to, Step step, int part) {}

  private record Received(MessageKey key, int slots, int bits) {}

  // ---- what the protocol takes and sends
  // ---------------------------------------------------------

  private void probe() {
    SplittableRandom random = new SplittableRandom(SEED);
    Map<MaskKey, Integer> taken = new ConcurrentHashMap<>();
    Map<MessageKey, Message> sent = new ConcurrentHashMap<>();
    long[][] words = new long[3][];
    for (int share = 0; share < 3; share++) {
      words[share] = random.longs(1 << 14).toArray();
    }
    List<Shares> dealt = new ArrayList<>();
    for (Subject.Secret secret : subject.secrets()) {
      boolean planes = secret.kind() == Subject.Kind.BITS;
      int length = secret.slots() * (planes ? 1 : PROBE_CASES);
      dealt.add(Shares.bare(new long[length]));
    }
    InMemoryNetwork network =
        network((from, to, message, payload) -> {
          MessageKey key = new MessageKey(from, to, message.step(), message.part());
          if (sent.put(key, message) != null) {
            throw new AssertionError("two messages are called " + key);
          }
        });
    List<long[]> results =
        run(
            network,
            share ->
                (address, target, count) -> {
                  taken.merge(new MaskKey(share, address), count, Math::max);
                  System.arraycopy(words[share], 0, target, 0, count);
                },
            PROBE_CASES,
            dealt);
    taken.forEach((key, count) -> masks.add(maskSlots(key, count)));
    masks.sort(
        Comparator.comparingInt((MaskSlots m) -> m.key().share())
            .thenComparingLong(m -> m.key().address().sequence())
            .thenComparingInt(m -> m.key().address().lane())
            .thenComparing(m -> m.key().address().purpose()));
    sent.forEach((key, message) -> messages.add(received(key, message)));
    messages.sort(
        Comparator.comparingLong((Received r) -> r.key().step().sequence())
            .thenComparing(r -> r.key().from())
            .thenComparingInt(r -> r.key().part()));
    handedOut = results.getFirst().length / PROBE_CASES;
  }

  private MaskSlots maskSlots(MaskKey key, int count) {
    int bits = subject.widths().ofMask(key.address());
    if (Subject.Widths.isPlanes(key.address())) {
      return new MaskSlots(key, count, bits);
    }
    if (count % PROBE_CASES != 0) {
      throw new AssertionError(
          count + " words at " + key.address() + " do not mask " + PROBE_CASES + " elements");
    }
    return new MaskSlots(key, count / PROBE_CASES, bits);
  }

  private Received received(MessageKey key, Message message) {
    int elements = Math.toIntExact(message.elements());
    int bits = subject.widths().ofElement(message);
    return Subject.Widths.isPlanes(message)
        ? new Received(key, elements, 1)
        : new Received(key, elements / PROBE_CASES, bits);
  }

  private static InMemoryNetwork network(InMemoryNetwork.Observer observer) {
    return new InMemoryNetwork(observer, 20_000);
  }

  private List<long[]> run(
      InMemoryNetwork network, IntFunction<MaskSource> source, int cases, List<Shares> dealt) {
    List<MaskSource> ofShares =
        List.of(0, 1, 2).stream().map(share -> subject.tampering().of(share, source)).toList();
    return ThreeSessions.run(
        network,
        party ->
            new SessionKeys(ofShares.get(party.ordinal()), ofShares.get(party.next().ordinal())),
        session ->
            subject
                .protocol()
                .run(session, new CaseInputs(session.self(), cases, subject.secrets(), dealt)));
  }

  // ---- one corrupted party
  // -----------------------------------------------------------------------

  /** Bits of a case's number: which half of the number, where, how many. */
  private record Digit(boolean known, int shift, int bits) {}

  /** The view of one party. A case's number has a known half (shares, masks) and an unknown one. */
  private final class View {
    private final Subject.Viewer viewer;
    private final Map<MaskKey, Digit> maskDigits = new HashMap<>();
    private final List<Digit> shareDigits = new ArrayList<>();
    private final long[] knownHalves;
    private int knownBits;
    private int unknownBits;
    private int receivedBits;

    View(Subject.Viewer viewer) {
      this.viewer = viewer;
      boolean client = viewer == Subject.Viewer.CLIENT;
      for (Subject.Secret secret : subject.secrets()) {
        shareDigits.add(digit(!client, secret.knownShareBits()));
      }
      for (MaskSlots mask : masks) {
        boolean known = !client && mask.key().share() != (viewer.party() + 2) % 3;
        maskDigits.put(mask.key(), digit(known, mask.slots() * mask.bits()));
      }
      for (Received message : messages) {
        if (isSeen(message)) {
          receivedBits += message.slots() * message.bits();
        }
      }
      receivedBits += client ? 3 * handedOut * subject.widths().ring() : 0;
      knownHalves = knownHalves();
      while (((long) knownHalves.length << unknownBits) % Long.SIZE != 0) {
        unknownBits++; // bit planes come in whole words
      }
      if (unknownBits > 30 || receivedBits > 24) {
        throw new IllegalStateException(subject + " at " + viewer + " is too large to count");
      }
    }

    private Digit digit(boolean known, int bits) {
      Digit digit = new Digit(known, known ? knownBits : unknownBits, bits);
      if (known) {
        knownBits += bits;
      } else {
        unknownBits += bits;
      }
      return digit;
    }

    private boolean isSeen(Received message) {
      return viewer != Subject.Viewer.CLIENT && message.key().to().ordinal() == viewer.ordinal();
    }

    Optional<String> difference() {
      if (receivedBits == 0) {
        return Optional.empty(); // its own shares and masks do not depend on the secrets
      }
      int batchLog = Math.clamp(CASES_LOG_MAX - unknownBits, 0, HISTOGRAM_LOG_MAX - receivedBits);
      for (int from = 0; from < knownHalves.length; from += 1 << batchLog) {
        int to = Math.min(knownHalves.length, from + (1 << batchLog));
        Optional<String> difference = difference(Arrays.copyOfRange(knownHalves, from, to));
        if (difference.isPresent()) {
          return difference;
        }
      }
      return Optional.empty();
    }

    private long[] knownHalves() {
      int bits = knownBits;
      if (subject.sampledViews() > 0 && bits < 62) {
        return new SplittableRandom(SEED).longs(subject.sampledViews(), 0, 1L << bits).toArray();
      }
      if (bits > 20) {
        throw new IllegalStateException(subject + " at " + viewer + " knows " + bits + " bits");
      }
      return LongStream.range(0, 1L << bits).toArray();
    }

    private Optional<String> difference(long[] known) {
      Map<Long, long[]> firstOfClass = new HashMap<>();
      Map<Long, int[]> histogramOfClass = new TreeMap<>();
      for (long value : subject.values()) {
        long[] values = values(value);
        long allowed = subject.allowed().to(viewer, values);
        int[] histogram = histogram(known, values);
        int[] reference = histogramOfClass.putIfAbsent(allowed, histogram);
        if (reference == null) {
          firstOfClass.put(allowed, values);
        } else if (!Arrays.equals(reference, histogram)) {
          return Optional.of(
              viewer
                  + " tells "
                  + Arrays.toString(firstOfClass.get(allowed))
                  + " from "
                  + Arrays.toString(values));
        }
      }
      return Optional.empty();
    }

    private long[] values(long packed) {
      long[] values = new long[subject.secrets().size()];
      long rest = packed;
      for (int i = 0; i < values.length; i++) {
        int bits = subject.secrets().get(i).valueBits();
        values[i] = rest & ones(bits);
        rest >>>= bits;
      }
      return values;
    }

    /** How often each view occurs, for every known half over all unknown halves. */
    private int[] histogram(long[] known, long[] values) {
      int[] histogram = new int[known.length << receivedBits];
      long unknownCount = 1L << unknownBits;
      long part = Math.min(unknownCount, 1L << (CASES_LOG_MAX + 1));
      for (long first = 0; first < unknownCount; first += part) {
        int cases = Math.toIntExact(known.length * part);
        if (cases % Long.SIZE != 0) {
          throw new IllegalStateException(subject + " at " + viewer + " does not fill bit planes");
        }
        long[] knownOf = new long[cases];
        long[] unknownOf = new long[cases];
        for (int i = 0; i < cases; i++) {
          knownOf[i] = known[(int) (i / part)];
          unknownOf[i] = first + i % part;
        }
        long[] received = runCases(new Cases(knownOf, unknownOf), values);
        for (int i = 0; i < cases; i++) {
          histogram[(int) ((i / part << receivedBits) + received[i])]++;
        }
      }
      return histogram;
    }

    /** What the party received, packed into one number per case. */
    private long[] runCases(Cases cases, long[] values) {
      Map<MessageKey, long[]> payloads = new ConcurrentHashMap<>();
      Map<MessageKey, Message> headers = new ConcurrentHashMap<>();
      InMemoryNetwork network =
          network((from, to, message, payload) -> {
            if (to.ordinal() == viewer.ordinal()) {
              MessageKey key = new MessageKey(from, to, message.step(), message.part());
              payloads.put(key, payload);
              headers.put(key, message);
            }
          });
      List<Shares> dealt = new ArrayList<>();
      for (int i = 0; i < values.length; i++) {
        dealt.add(deal(subject.secrets().get(i), shareDigits.get(i), cases, values[i]));
      }
      List<long[]> results =
          run(
              network,
              share -> (a, w, count) -> fill(share, a, w, count, cases),
              cases.count(),
              dealt);

      long[] packed = new long[cases.count()];
      int at = 0;
      for (Received message : messages) {
        if (isSeen(message) && message.bits() > 0) {
          long[] elements = elements(headers, payloads, message, cases.count());
          for (int slot = 0; slot < message.slots(); slot++, at += message.bits()) {
            gather(packed, elements, slot, message.bits(), at);
          }
        }
      }
      for (long[] result : viewer == Subject.Viewer.CLIENT ? results : List.<long[]>of()) {
        for (int slot = 0; slot < handedOut; slot++, at += subject.widths().ring()) {
          gather(packed, result, slot, subject.widths().ring(), at);
        }
      }
      return packed;
    }

    private static void gather(long[] packed, long[] elements, int slot, int bits, int at) {
      int from = slot * packed.length;
      long mask = ones(bits);
      for (int i = 0; i < packed.length; i++) {
        packed[i] |= (elements[from + i] & mask) << at;
      }
    }

    private static long[] elements(
        Map<MessageKey, Message> headers,
        Map<MessageKey, long[]> payloads,
        Received message,
        int cases) {
      Message header = headers.get(message.key());
      long[] payload = payloads.get(message.key());
      return Subject.Widths.isPlanes(header)
          ? BitPlanes.integers(payload, message.slots() * cases)
          : BitPacking.unpack(payload, message.slots() * cases, header.elementBits());
    }

    /** The masks of the cases at an address. */
    private void fill(int share, Address address, long[] words, int count, Cases cases) {
      MaskKey key = new MaskKey(share, address);
      Digit digit = maskDigits.get(key);
      MaskSlots mask = masks.stream().filter(m -> m.key().equals(key)).findFirst().orElseThrow();
      boolean planes = Subject.Widths.isPlanes(address);
      int slots = planes ? count * Long.SIZE / cases.count() : count / cases.count();
      for (int slot = 0; slot < slots; slot++) {
        int shift = digit.shift() + slot * mask.bits();
        long[] numbers = digit.known() ? cases.known() : cases.unknown();
        if (planes) {
          writePlane(words, slot * (cases.count() / Long.SIZE), numbers, shift);
        } else {
          write(words, slot * cases.count(), numbers, shift, ones(mask.bits()));
        }
      }
    }

    private static void write(long[] words, int from, long[] numbers, int shift, long mask) {
      for (int i = 0; i < numbers.length; i++) {
        words[from + i] = numbers[i] >>> shift & mask;
      }
    }

    private static void writePlane(long[] words, int from, long[] numbers, int shift) {
      for (int w = 0; w < numbers.length / Long.SIZE; w++) {
        long word = 0;
        for (int i = 0; i < Long.SIZE; i++) {
          word |= (numbers[w * Long.SIZE + i] >>> shift & 1) << i;
        }
        words[from + w] = word;
      }
    }

    /** Shares of a secret: the viewer's two from the case's number, the third from the value. */
    private Shares deal(Subject.Secret secret, Digit digit, Cases cases, long value) {
      long[][] shares = new long[3][cases.count() * secret.slots()];
      for (int slot = 0; slot < secret.slots(); slot++) {
        long element = value >>> slot * secret.bits() & ones(secret.bits());
        int from = slot * cases.count();
        int to = from + cases.count();
        switch (secret.kind()) {
          case PLAIN -> Arrays.fill(shares[0], from, to, element);
          case DEALT -> {
            for (int j = 0; j < 3; j++) {
              Arrays.fill(shares[j], from, to, secret.share(value, slot, j));
            }
          }
          case ADDITIVE, BITS -> {
            int shift = digit.shift() + 2 * slot * secret.bits();
            dealAll(secret, shares, from, digit.known() ? cases.known() : cases.unknown(), shift);
            complete(secret, shares, from, to, element);
          }
        }
      }
      Shares dealt = new Shares(shares[0], shares[1], shares[2]);
      return secret.kind() == Subject.Kind.BITS ? planes(dealt) : dealt;
    }

    private void dealAll(
        Subject.Secret secret, long[][] shares, int from, long[] numbers, int shift) {
      long mask = ones(secret.bits());
      write(shares[viewer.party()], from, numbers, shift, mask);
      write(shares[(viewer.party() + 1) % 3], from, numbers, shift + secret.bits(), mask);
    }

    private void complete(Subject.Secret secret, long[][] shares, int from, int to, long element) {
      long[] own = shares[viewer.party()];
      long[] next = shares[(viewer.party() + 1) % 3];
      long[] third = shares[(viewer.party() + 2) % 3];
      for (int i = from; i < to; i++) {
        third[i] =
            secret.kind() == Subject.Kind.ADDITIVE
                ? element - own[i] - next[i] & ones(secret.bits())
                : element ^ own[i] ^ next[i];
      }
    }

    private static Shares planes(Shares integers) {
      return new Shares(
          BitPlanes.of(integers.x0(), 1),
          BitPlanes.of(integers.x1(), 1),
          BitPlanes.of(integers.x2(), 1));
    }
  }

  /** The numbers of the cases of one run. */
  private record Cases(long[] known, long[] unknown) {
    int count() {
      return known.length;
    }
  }
}
