package io.consilium.party.job;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * A number under which this site's log says what was wrong with its data. Drawn at random: it tells
 * nothing by itself.
 */
record Reference(String number) {
  private static final int BYTES = 6;

  static Reference draw(SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new Reference(HexFormat.of().formatHex(bytes));
  }

  @Override
  public String toString() {
    return number;
  }
}
