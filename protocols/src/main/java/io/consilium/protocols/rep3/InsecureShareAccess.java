package io.consilium.protocols.rep3;

/**
 * Where a {@link ShareAccess} comes from. Whoever uses it answers for what becomes of the shares:
 * they go to the party's own sealed store and nowhere else. A search for this name finds every use.
 */
public final class InsecureShareAccess {
  private InsecureShareAccess() {}

  public static ShareAccess get() {
    return ShareAccess.GRANTED;
  }
}
