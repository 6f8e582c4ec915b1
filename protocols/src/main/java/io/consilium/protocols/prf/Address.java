package io.consilium.protocols.prf;

/**
 * Where a mask stands in the stream of a key: instruction, lane within it, purpose. A key expands
 * an address at most once (rule R1), which a ledger checks in tests.
 */
public record Address(long sequence, int lane, Purpose purpose) {
  private static final int LANES_MAX = 1 << 16;

  public Address {
    if (sequence < 0 || lane < 0 || lane >= LANES_MAX) {
      throw new IllegalArgumentException("address " + sequence + "/" + lane);
    }
  }
}
