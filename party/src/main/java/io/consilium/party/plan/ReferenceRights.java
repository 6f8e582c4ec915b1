package io.consilium.party.plan;

import io.consilium.protocols.Disclosure;

/**
 * The right of whoever owns samples to see what the clear reference makes of them. Nothing is
 * shared there, so nothing is disclosed.
 */
public final class ReferenceRights {
  private ReferenceRights() {}

  /** The right to so many elements. */
  public static Disclosure of(long elements) {
    return Disclosure.grant("reference", "owner of the samples", elements, (_, _, _) -> {});
  }
}
