package io.consilium.coordinator.jobs;

import io.consilium.coordinator.identity.Principal;
import java.util.HashMap;
import java.util.Map;

/** Whose job ran when, so that researchers take turns. */
final class Turns {

  private final Map<Principal, Long> last = new HashMap<>();
  private long turn;

  /** A job of this researcher began. */
  void took(Principal researcher) {
    last.put(researcher, ++turn);
  }

  /** The number of the researcher's latest turn; 0 if there was none. */
  long last(Principal researcher) {
    return last.getOrDefault(researcher, 0L);
  }
}
