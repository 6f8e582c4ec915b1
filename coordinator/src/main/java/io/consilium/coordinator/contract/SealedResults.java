package io.consilium.coordinator.contract;

/**
 * {@link Results} that only the researcher can read.
 *
 * @param planDigest the plan whose attempt they are of
 * @param box what {@link ResultsBox} made, base64
 */
public record SealedResults(String planDigest, String box) {
  private static final int BOX_CHARS_MAX = (ResultsBox.RESULTS_BYTES_MAX + 64) / 3 * 4 + 4;

  /** Refuses what is too long. */
  public SealedResults {
    Bounds.digest("planDigest", planDigest);
    Bounds.require(box.length() <= BOX_CHARS_MAX, "the sealed results are too long");
  }
}
