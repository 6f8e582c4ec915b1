package io.consilium.protocols.rep3;

import static io.consilium.protocols.ComputeParty.P0;
import static io.consilium.protocols.ComputeParty.P1;
import static io.consilium.protocols.ComputeParty.P2;

import io.consilium.protocols.CostTable;
import io.consilium.protocols.prf.Purpose;
import io.consilium.protocols.ring.BitPlanes;
import io.consilium.protocols.transport.Message;
import io.consilium.protocols.transport.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * Generate and propagate bits of the sum of two private numbers, by one-hot blocks.
 *
 * <p>P1 knows c, P0 and P2 know r; the value is c + r ("split into two summands", ABY3, section
 * 5.3). The low bits are cut into blocks. For a block of c, P1 shares the vector that is one at the
 * block's value; whoever knows the block of r picks from it, with q = 2^p - 1 - r mod 2^p and v the
 * value of c mod 2^p,
 *
 * <pre>generate = [v > q],  propagate = [v = q]</pre>
 *
 * as linear combinations, so both are additively shared between P0 and P2 without a message. One
 * exchange of masked bits between P0 and P2 makes them replicated.
 *
 * <p>Rounds: 2. Bits per element: 2^k - 1 for a block of k bits, 2 per output. Security: passive,
 * one of three; the one-hot vector is masked under the key of share 1, the exchange under those of
 * shares 1 and 2. Every step runs on bit planes: no branch and no index depends on c or r. Leaks:
 * lengths.
 */
final class OneHotCarry {
  private static final int ONE_HOT = 0;
  private static final int FROM_P0 = 1;
  private static final int FROM_P2 = 2;

  private final Rep3Session session;

  OneHotCarry(Rep3Session session) {
    this.session = session;
  }

  /**
   * A wanted pair: the carry out of the lowest {@code bits} bits of a block, and whether a carry
   * into the block would run through them.
   */
  record Output(int block, int bits, boolean propagate) {}

  /**
   * What to compute.
   *
   * @param width bits of a summand that are looked at
   * @param carries how many of them, from the lowest on, are cut into blocks; the one behind them,
   *     if there is one, is the top bit, which P1 shares as well
   * @param firstSum from this bit on, the sums without carry c ^ r are wanted too
   */
  record Request(int width, int carries, int firstSum, List<Output> outputs) {
    Request {
      if (width < carries || width > carries + 1) {
        throw new IllegalArgumentException(carries + " carries of " + width + " bits");
      }
    }

    int converted() {
      int converted = outputs.size();
      for (Output output : outputs) {
        converted += output.propagate() ? 1 : 0;
      }
      return converted;
    }

    /** Planes of the one-hot vectors and the top bit. */
    int sharedPlanes() {
      return CostTable.oneHotPlanes(carries) + width - carries;
    }
  }

  /**
   * The bits made: generate and propagate per output in order, and c ^ r for every bit from the
   * first wanted on.
   */
  record Result(List<Planes> generate, List<Planes> propagate, List<Planes> sums) {
    @Override
    public String toString() {
      return "OneHotCarry.Result[***]";
    }
  }

  /**
   * Runs both rounds.
   *
   * @param summand this party's summand: c at P1, r at P0 and P2
   */
  Result of(Step step, long[] summand, Request request) {
    Run run = new Run(step, summand, request);
    switch (session.self()) {
      case P0 -> run.asP0();
      case P1 -> run.asP1();
      case P2 -> run.asP2();
    }
    return run.result();
  }

  /** One execution: the planes that it fills piece by piece, and the buffers of a piece. */
  private final class Run {
    private final Step step;
    private final long[] summand;
    private final Request request;
    private final Pieces pieces = session.pieces();
    private final List<Planes> converted = new ArrayList<>();
    private final List<Planes> sums = new ArrayList<>();
    private final OneHotBlocks blocks;
    private final long[] shared;
    private final long[] picked;
    private final long[] mask;

    Run(Step step, long[] summand, Request request) {
      this.step = step;
      this.summand = summand;
      this.request = request;
      int words = BitPlanes.words(summand.length);
      for (int i = 0; i < request.converted(); i++) {
        converted.add(new Planes(session.words(words), session.words(words)));
      }
      for (int bit = request.firstSum(); bit < request.width(); bit++) {
        sums.add(new Planes(session.words(words), session.words(words)));
      }
      int wordsOfPiece = BitPlanes.words(pieces.longest(summand.length));
      this.blocks = new OneHotBlocks(session, request, wordsOfPiece);
      this.shared = session.words(request.sharedPlanes() * wordsOfPiece);
      this.picked = session.words(request.converted() * wordsOfPiece);
      this.mask = session.words(Math.max(shared.length, picked.length));
    }

    void asP0() {
      for (int p = 0; p < pieces.count(summand.length); p++) {
        int words = words(p);
        blocks.load(summand, pieces.from(p), pieces.size(p, summand.length));
        mask(1, Purpose.SIGN_ONE_HOT, p, request.sharedPlanes(), shared);
        blocks.pick(shared, words, picked, false);
        sumsFrom(p, words, true);
        mask(1, Purpose.CONVERT_BITS, p, request.converted(), mask);
        xor(picked, mask, request.converted() * words);
        session.send(P2, message(p, FROM_P0, request.converted()), picked);
        store(p, words, picked, mask);
      }
      for (int p = 0; p < pieces.count(summand.length); p++) {
        session.receive(P2, message(p, FROM_P2, request.converted()), picked, 0);
        add(p, words(p), true);
      }
    }

    void asP1() {
      for (int p = 0; p < pieces.count(summand.length); p++) {
        int words = words(p);
        blocks.load(summand, pieces.from(p), pieces.size(p, summand.length));
        blocks.oneHot(words, shared);
        mask(1, Purpose.SIGN_ONE_HOT, p, request.sharedPlanes(), mask);
        xor(shared, mask, request.sharedPlanes() * words);
        session.send(P2, message(p, ONE_HOT, request.sharedPlanes()), shared);
        for (int bit = request.firstSum(); bit < request.width(); bit++) {
          Planes sum = sums.get(bit - request.firstSum());
          blocks.bitOfC(bit, mask, words, sum.own(), at(p));
          blocks.bitOfC(bit, shared, words, sum.next(), at(p));
        }
        mask(1, Purpose.CONVERT_BITS, p, request.converted(), picked);
        mask(2, Purpose.CONVERT_BITS, p, request.converted(), mask);
        store(p, words, picked, mask);
      }
    }

    void asP2() {
      for (int p = 0; p < pieces.count(summand.length); p++) {
        int words = words(p);
        blocks.load(summand, pieces.from(p), pieces.size(p, summand.length));
        session.receive(P1, message(p, ONE_HOT, request.sharedPlanes()), shared, 0);
        blocks.pick(shared, words, picked, true);
        sumsFrom(p, words, false);
        mask(2, Purpose.CONVERT_BITS, p, request.converted(), mask);
        xor(picked, mask, request.converted() * words);
        session.send(P0, message(p, FROM_P2, request.converted()), picked);
        store(p, words, mask, picked);
      }
      for (int p = 0; p < pieces.count(summand.length); p++) {
        session.receive(P0, message(p, FROM_P0, request.converted()), picked, 0);
        add(p, words(p), false);
      }
    }

    /** The shared bits of c at P0 (share 1) or P2 (share 2), and r as share 0. */
    private void sumsFrom(int piece, int words, boolean atP0) {
      for (int bit = request.firstSum(); bit < request.width(); bit++) {
        Planes sum = sums.get(bit - request.firstSum());
        blocks.bitOfC(bit, shared, words, atP0 ? sum.next() : sum.own(), at(piece));
        blocks.bitOfR(bit, words, atP0 ? sum.own() : sum.next(), at(piece));
      }
    }

    /** The words that the planes of a piece have in each array of the result. */
    private void store(int piece, int words, long[] own, long[] next) {
      for (int i = 0; i < converted.size(); i++) {
        System.arraycopy(own, i * words, converted.get(i).own(), at(piece), words);
        System.arraycopy(next, i * words, converted.get(i).next(), at(piece), words);
      }
    }

    /** Adds what the other of P0 and P2 sent to share 0, which both hold. */
    private void add(int piece, int words, boolean own) {
      int at = at(piece);
      for (int i = 0; i < converted.size(); i++) {
        long[] share0 = own ? converted.get(i).own() : converted.get(i).next();
        for (int w = 0; w < words; w++) {
          share0[at + w] ^= picked[i * words + w];
        }
      }
    }

    private void mask(int share, Purpose purpose, int piece, int planes, long[] into) {
      session.mask(share, step, 0, purpose, (long) planes * at(piece), into, planes * words(piece));
    }

    private Message message(int piece, int kind, int planes) {
      return Message.words(step, Rep3Session.part(piece, kind), (long) planes * words(piece));
    }

    private int words(int piece) {
      return BitPlanes.words(pieces.size(piece, summand.length));
    }

    private int at(int piece) {
      return BitPlanes.words(pieces.from(piece));
    }

    private static void xor(long[] target, long[] other, int count) {
      for (int i = 0; i < count; i++) {
        target[i] ^= other[i];
      }
    }

    Result result() {
      List<Planes> generate = new ArrayList<>();
      List<Planes> propagate = new ArrayList<>();
      int at = 0;
      for (Output output : request.outputs()) {
        generate.add(converted.get(at++));
        propagate.add(output.propagate() ? converted.get(at++) : Planes.NONE);
      }
      return new Result(generate, propagate, sums);
    }
  }

  /** The lowest block takes the bits that do not fill a block. */
  static int blockBits(int block, int carries) {
    return block == 0 ? CostTable.firstBlockBits(carries) : CostTable.BLOCK_BITS;
  }

  static int firstBit(int block, int carries) {
    return block == 0 ? 0 : CostTable.firstBlockBits(carries) + (block - 1) * CostTable.BLOCK_BITS;
  }
}
