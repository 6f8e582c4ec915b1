package io.consilium.protocols.rep3;

import io.consilium.protocols.prf.Address;
import io.consilium.protocols.prf.AddressLedger;
import io.consilium.protocols.prf.Prf;
import io.consilium.protocols.prf.Purpose;
import java.util.Arrays;

/** One of the three shares of an outside input, as its two holders get it. */
sealed interface SharePart {
  int SEED_BYTES = 32;

  /** The commitment in the description. */
  byte[] digest(String tensorId, int share);

  /** The share itself. */
  long[] words(String tensorId, int share, int count);

  /** Share 0 or 1: a seed that both holders expand. 256 random bits, so a digest hides it. */
  record Seed(byte[] seed) implements SharePart {
    private static final Address STREAM = new Address(0, 0, Purpose.INPUT_SHARE);

    /** Even, and what the generator is fast with. */
    private static final int PIECE_WORDS = 1 << 14;

    @Override
    public byte[] digest(String tensorId, int share) {
      return Digests.of("input seed").with(tensorId).with(share).with(seed).digest();
    }

    @Override
    public long[] words(String tensorId, int share, int count) {
      long[] words = new long[count];
      prf(tensorId, share).fill(STREAM, words, count);
      return words;
    }

    /** Takes the share away from words, piece by piece, so that it is never there as a whole. */
    void subtractFrom(long[] words, String tensorId, int share) {
      Prf prf = prf(tensorId, share);
      long[] piece = new long[Math.min(words.length, PIECE_WORDS)];
      for (int from = 0; from < words.length; from += PIECE_WORDS) {
        int count = Math.min(PIECE_WORDS, words.length - from);
        prf.fill(STREAM.at(from), piece, count);
        for (int i = 0; i < count; i++) {
          words[from + i] -= piece[i];
        }
      }
    }

    private Prf prf(String tensorId, int share) {
      byte[] key = KeyDerivation.inputKey(seed, tensorId, share);
      Prf prf = new Prf("input " + share, key, AddressLedger.NONE);
      Arrays.fill(key, (byte) 0);
      return prf;
    }

    @Override
    public String toString() {
      return "Seed[***]";
    }
  }

  /**
   * Share 2: the value minus the other two. P0 knows those, so a plain digest would let it try out
   * values; the nonce, which only P1 and P2 get, prevents that.
   */
  record Difference(byte[] nonce, long[] words) implements SharePart {
    @Override
    public byte[] digest(String tensorId, int share) {
      return Digests.of("input share").with(tensorId).with(share).with(nonce).with(words).digest();
    }

    @Override
    public long[] words(String tensorId, int share, int count) {
      if (words.length != count) {
        throw new InputRefused(
            "tensor " + tensorId + " has " + count + " elements, its share " + words.length);
      }
      return words;
    }

    @Override
    public String toString() {
      return "Difference[***]";
    }
  }
}
