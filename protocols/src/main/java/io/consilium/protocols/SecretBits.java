package io.consilium.protocols;

/** A vector of bits that no single party knows, shared over Z_2, 64 elements in a word. */
public interface SecretBits {
  /** The number of elements. */
  int size();
}
