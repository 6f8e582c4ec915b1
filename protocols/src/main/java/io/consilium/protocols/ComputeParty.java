package io.consilium.protocols;

/**
 * One of the three parties that hold replicated shares. Indices of shares and parties are mod 3.
 */
public enum ComputeParty {
  P0,
  P1,
  P2;

  private static final ComputeParty[] ALL = values();

  /** The party with the next index; it is also the holder of this party's second share. */
  public ComputeParty next() {
    return ALL[(ordinal() + 1) % ALL.length];
  }

  /** The party with the previous index; it is the other holder of this party's first share. */
  public ComputeParty previous() {
    return ALL[(ordinal() + 2) % ALL.length];
  }

  /** The party with this index, 0 to 2. */
  public static ComputeParty of(int index) {
    return ALL[index];
  }
}
