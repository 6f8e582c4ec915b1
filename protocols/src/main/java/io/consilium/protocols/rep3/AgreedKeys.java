package io.consilium.protocols.rep3;

/**
 * The outcome of a key agreement.
 *
 * @param keys the party's two pairwise functions
 * @param incarnation 16 bytes; every further message carries them
 */
public record AgreedKeys(SessionKeys keys, byte[] incarnation) {
  @Override
  public String toString() {
    return "AgreedKeys[***]";
  }
}
