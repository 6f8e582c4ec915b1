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
    @Override
    public byte[] digest(String tensorId, int share) {
      return Digests.of("input seed").with(tensorId).with(share).with(seed).digest();
    }

    @Override
    public long[] words(String tensorId, int share, int count) {
      byte[] key = KeyDerivation.inputKey(seed, tensorId, share);
      long[] words = new long[count];
      new Prf("input " + share, key, AddressLedger.NONE)
          .fill(new Address(0, 0, Purpose.INPUT_SHARE), words, count);
      Arrays.fill(key, (byte) 0);
      return words;
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
