package io.consilium.inference;

/** What becomes of a query at one party. */
sealed interface Answer {
  /** This party's fresh additive share of the prediction, for the client and nobody else. */
  record Share(long[] words) implements Answer {
    @Override
    public String toString() {
      return "Share[***]";
    }
  }

  record Refused(Refusal refusal) implements Answer {}
}
