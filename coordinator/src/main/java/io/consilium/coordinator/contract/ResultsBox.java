package io.consilium.coordinator.contract;

import io.consilium.coordinator.identity.Hpke;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/**
 * Seals {@link Results} to the key that came with the researcher's submission. A box opens only in
 * the report that it was made for: job, attempt, plan, party, number and kind of the report are
 * bound to it. Who made it says the signature of the report around it.
 *
 * <p>Leaks: how many values of which metrics there are, which is public. The text is filled up with
 * blanks to a length that does not depend on the values.
 */
public final class ResultsBox {
  /** The longest results. Signed, they fit a message between nodes, which has 1 MiB. */
  static final int RESULTS_BYTES_MAX = 512 << 10;

  private static final byte[] INFO = "consilium results v1".getBytes(StandardCharsets.US_ASCII);

  private ResultsBox() {}

  /**
   * The report that a box is in.
   *
   * @param kind {@code progress}, {@code succeeded} or {@code failed}
   */
  private record Place(
      JobId jobId, int attempt, String planDigest, String party, long sequence, String kind) {
    static Place of(ReportDocument report, String planDigest) {
      return new Place(
          report.jobId(),
          report.attempt(),
          planDigest,
          report.party(),
          report.sequence(),
          switch (report.content()) {
            case ReportDocument.Progress _ -> "progress";
            case ReportDocument.Succeeded _ -> "succeeded";
            case ReportDocument.Failed _ -> "failed";
          });
    }
  }

  /**
   * The same report with these results in it.
   *
   * @param report without results
   * @param planDigest the plan that this party runs
   * @throws GeneralSecurityException if nothing can be sealed to the key
   */
  public static ReportDocument seal(
      ReportDocument report,
      Results results,
      String planDigest,
      PublicKey researcher,
      SecureRandom random)
      throws GeneralSecurityException {
    byte[] text = Json.bytes(results);
    byte[] filled = Arrays.copyOf(text, Math.max(text.length, results.publicBytes()));
    Arrays.fill(filled, text.length, filled.length, (byte) ' ');
    Bounds.require(filled.length <= RESULTS_BYTES_MAX, "the results are too long");
    byte[] box =
        Hpke.seal(researcher, INFO, Json.bytes(Place.of(report, planDigest)), filled, random);
    return report.with(new SealedResults(planDigest, Base64.getEncoder().encodeToString(box)));
  }

  /**
   * Opens the results of a report whose signature was verified.
   *
   * @throws DocumentException if they were made for another report or another key, or changed
   */
  public static Results open(ReportDocument report, SealedResults sealed, PrivateKey researcher)
      throws DocumentException {
    try {
      byte[] aad = Json.bytes(Place.of(report, sealed.planDigest()));
      byte[] box = Base64.getDecoder().decode(sealed.box());
      return Json.read(Hpke.open(researcher, INFO, aad, box), Results.class);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new DocumentException(
          "The results of "
              + report.party()
              + " cannot be opened: they are sealed to another key or for another report.",
          e);
    } catch (IOException e) {
      throw new DocumentException("The results of " + report.party() + " are malformed.", e);
    }
  }
}
