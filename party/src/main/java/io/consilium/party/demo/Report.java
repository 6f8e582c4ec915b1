package io.consilium.party.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.cli.Table;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** The outcome as a table for people and as one JSON object for programs. */
final class Report {

  private static final String NONE = "-";
  private static final MathContext DIGITS = new MathContext(6);

  private final Outcome outcome;

  Report(Outcome outcome) {
    this.outcome = outcome;
  }

  String table() {
    Table table =
        new Table("MODEL", "RECORDS", "ACCURACY", "AUC", "TIME", "SENT PER PARTY", "ROUNDS/STEP");
    for (Score own : outcome.hospitals()) {
      row(table, own.who() + " alone", own, NONE, NONE);
    }
    row(
        table,
        "all together, secure",
        outcome.secure(),
        bytes(outcome.bytesPerParty()),
        String.valueOf(outcome.roundsPerStep()));
    row(table, "all together, plaintext (ND4J)", outcome.plaintext(), NONE, NONE);
    return table.toString();
  }

  /** What the table does not say. */
  String differences() {
    String over =
        outcome.seeds().size() == 1
            ? ""
            : "Figures are means over " + outcome.seeds().size() + " splits.\n";
    String alone =
        outcome.hospitals().isEmpty()
            ? "No hospital was trained alone; with --alone, each is.\n"
            : "";
    return over
        + alone
        + String.format(
            Locale.ROOT,
            "The secure training took %d steps and %d rounds.%n",
            outcome.steps(),
            outcome.rounds())
        + "Accuracy and AUC are those on the test records of all hospitals together.\n"
        + String.format(
            Locale.ROOT,
            "Secure against plaintext: weights differ by at most %.5f, %d predictions by at most"
                + " %.5f.",
            outcome.maxWeightDifference(),
            outcome.questions(),
            outcome.maxPredictionDifference());
  }

  String json() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("study", outcome.study());
    outcome.seeds().forEach(root.putArray("seeds")::add);
    put(root.putObject("secure"), outcome.secure());
    put(root.putObject("plaintext"), outcome.plaintext());
    root.putArray("hospitals");
    for (Score own : outcome.hospitals()) {
      put(root.withArray("hospitals").addObject().put("name", own.who()), own);
    }
    root.put("maxWeightDifference", outcome.maxWeightDifference());
    root.put("maxPredictionDifference", outcome.maxPredictionDifference());
    root.put("predictions", outcome.questions());
    root.put("bytesPerParty", outcome.bytesPerParty());
    root.put("steps", outcome.steps());
    root.put("rounds", outcome.rounds());
    root.put("roundsPerStep", outcome.roundsPerStep());
    root.put("seconds", rounded(outcome.seconds()));
    try {
      return new ObjectMapper().writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree always has a JSON form", e);
    }
  }

  private static void row(Table table, String name, Score score, String sent, String rounds) {
    table.row(
        name,
        score.rows(),
        shown(score.accuracy()),
        shown(score.auc()),
        String.format(Locale.ROOT, "%.1f s", score.seconds()),
        sent,
        rounds);
  }

  /** The area under the curve is there for two classes only. */
  private static String shown(double part) {
    return Double.isNaN(part) ? NONE : String.format(Locale.ROOT, "%.3f", part);
  }

  private static void put(ObjectNode node, Score score) {
    node.put("rows", score.rows());
    node.put("accuracy", rounded(score.accuracy()));
    node.put("auc", Double.isNaN(score.auc()) ? null : rounded(score.auc()));
    node.put("seconds", rounded(score.seconds()));
  }

  private static BigDecimal rounded(double value) {
    return new BigDecimal(value).round(DIGITS);
  }

  private static String bytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }
}
