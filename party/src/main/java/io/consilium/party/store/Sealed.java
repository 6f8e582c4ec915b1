package io.consilium.party.store;

import java.util.List;

/**
 * The authenticated content of a sealed file.
 *
 * @param key what was asked for
 * @param publicHeader what anybody may know
 * @param words the secret arrays, in the order in which they were written
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over, not compared: secrets have no equality.
public record Sealed(StoreKey key, byte[] publicHeader, List<long[]> words) {

  /** Never the content. */
  @Override
  public String toString() {
    return "Sealed[" + key + ", " + words.size() + " arrays]";
  }
}
