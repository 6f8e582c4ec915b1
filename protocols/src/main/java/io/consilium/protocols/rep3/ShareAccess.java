package io.consilium.protocols.rep3;

/**
 * The right to take shares out of a session, so that every place that does it shows in a signature.
 * The only way to one is {@link InsecureShareAccess}.
 */
public final class ShareAccess {
  static final ShareAccess GRANTED = new ShareAccess();

  private ShareAccess() {}
}
