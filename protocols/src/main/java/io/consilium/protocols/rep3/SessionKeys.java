package io.consilium.protocols.rep3;

import io.consilium.protocols.prf.MaskSource;

/**
 * The two pairwise functions a party holds: {@code own} is F_i, shared with the previous party;
 * {@code next} is F_(i+1), shared with the next. Nobody writes them anywhere.
 */
public record SessionKeys(MaskSource own, MaskSource next) {
  @Override
  public String toString() {
    return "SessionKeys[***]";
  }
}
