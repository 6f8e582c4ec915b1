package io.consilium.protocols.prf;

/** Where the two holders of a share take the masks from that only they know. */
public interface MaskSource {
  /** Expands an address into the first words of an array. A block is expanded at most once. */
  void fill(Address address, long[] words, int count);

  /** The words at an address. */
  default long[] words(Address address, int count) {
    long[] words = new long[count];
    fill(address, words, count);
    return words;
  }
}
