package io.consilium.training;

import io.consilium.protocols.Disclosure;
import java.util.EnumMap;
import java.util.Map;

/** The rights that a run has been given, one for each value that its plan releases. */
public final class Disclosures {
  private final Map<ReleasedValue, Disclosure> granted;

  private Disclosures(Map<ReleasedValue, Disclosure> granted) {
    this.granted = granted;
  }

  /** No right to open anything. */
  public static Disclosures none() {
    return of(Map.of());
  }

  public static Disclosures of(Map<ReleasedValue, Disclosure> granted) {
    Map<ReleasedValue, Disclosure> copy = new EnumMap<>(ReleasedValue.class);
    copy.putAll(granted);
    return new Disclosures(copy);
  }

  /** Fails before anything is computed rather than at the first opening. */
  void requireCover(TrainingPlan plan) {
    for (TrainingPlan.PlannedDisclosure planned : plan.disclosures()) {
      if (!granted.containsKey(planned.value())) {
        throw new IllegalStateException(
            "the plan releases '" + planned.value().word() + "', for which there is no disclosure");
      }
    }
  }

  Disclosure of(ReleasedValue value) {
    return granted.get(value);
  }
}
