package io.consilium.party.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.cli.Table;
import io.consilium.party.rehearsal.StudyRehearsal;
import io.consilium.training.plain.BrokenPlace;
import io.consilium.training.plain.ClearMetrics;
import io.consilium.training.plain.Rehearsal;
import io.consilium.training.plain.Rehearsal.Side;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A rehearsal, for the researcher.
 *
 * @param tolerance how far two predictions may be apart
 */
record RehearsalText(StudyRehearsal rehearsal, double tolerance) {
  /** More epochs are shown by every second, third, ... loss. */
  private static final int LOSSES_MAX = 20;

  /** What follows from the first broken ranges is of no help. */
  private static final int PLACES_MAX = 6;

  /** Whether all ranges held and no prediction is further off. */
  boolean agrees() {
    Rehearsal.Outcome outcome = rehearsal.outcome();
    return outcome.diverged().isEmpty()
        && outcome.broken().isEmpty()
        && outcome.scales().isEmpty()
        && outcome.predictionDifference() <= tolerance;
  }

  String text() {
    Rehearsal.Outcome outcome = rehearsal.outcome();
    List<String> lines = new ArrayList<>();
    lines.add(
        "study "
            + rehearsal.manifest().name()
            + ": "
            + rehearsal.plan().spec().model().type()
            + " model of "
            + rehearsal.plan().layout().features()
            + " features, rehearsed in the clear");
    for (StudyRehearsal.Holding holding : rehearsal.holdings()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%s: %,d records for training, %,d for validation",
              holding.holder(),
              holding.training(),
              holding.validation()));
    }
    lines.add("");
    lines.add(metrics(outcome.fixedPoint(), outcome.twin()).toString());
    lines.add("");
    outcome.diverged().ifPresent(lines::add);
    outcome.end().ifPresent(end -> lines.add(end.sentence(true)));
    if (outcome.diverged().isEmpty()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "largest difference of a prediction: %.6f (tolerance %s)",
              outcome.predictionDifference(),
              tolerance));
      lines.add(
          String.format(
              Locale.ROOT,
              "largest difference of a weight: %.6f, with %d fraction bits",
              outcome.weightDifference(),
              rehearsal.plan().spec().training().fractionBits()));
    }
    lines.addAll(ranges(outcome.broken()));
    lines.addAll(rehearsal.differing());
    lines.addAll(warnings());
    lines.add(verdict(outcome));
    lines.add("Nothing was submitted, and no other machine was asked.");
    return String.join(System.lineSeparator(), lines);
  }

  private Table metrics(Side fixedPoint, Side twin) {
    Table table = new Table("", "FIXED POINT", "DOUBLE PRECISION");
    int epochs = Math.max(fixedPoint.losses().size(), twin.losses().size());
    int every = (epochs + LOSSES_MAX - 1) / LOSSES_MAX;
    for (int i = 0; i < epochs; i++) {
      if ((i + 1) % every == 0 || i == 0 || i == epochs - 1) {
        table.row("loss of epoch " + (i + 1), loss(fixedPoint, i), loss(twin, i));
      }
    }
    ClearMetrics ours = fixedPoint.metrics();
    ClearMetrics theirs = twin.metrics();
    ModelSpec model = rehearsal.plan().spec().model();
    if (model.classes() > 0) {
      table.row("accuracy", number(ours.accuracy()), number(theirs.accuracy()));
    }
    if (model.classes() == 2) {
      table.row("AUC", number(ours.auc()), number(theirs.auc()));
    }
    if (model.target() == Target.NUMBER) {
      table.row("R2", number(ours.r2()), number(theirs.r2()));
    }
    return table;
  }

  private static String loss(Side side, int epoch) {
    return epoch < side.losses().size() ? number(side.losses().get(epoch)) : "-";
  }

  /** What the researcher, who has these records, may want to mend. */
  private List<String> warnings() {
    return rehearsal.holdings().stream()
        .flatMap(holding ->
            holding.narrow().stream()
                .map(use -> "warning: " + holding.holder() + ": " + use.sentence()))
        .toList();
  }

  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "undefined";
    }
    return Math.abs(value) < 1e6
        ? String.format(Locale.ROOT, "%.4f", value)
        : String.format(Locale.ROOT, "%.3e", value);
  }

  private static List<String> ranges(List<BrokenPlace> broken) {
    if (broken.isEmpty()) {
      return List.of("ranges: every value stayed in its range, and nothing wrapped around");
    }
    List<String> lines = new ArrayList<>();
    lines.add("ranges: left in " + broken.size() + " places of the program; the first:");
    Table table = new Table("WHERE", "WHAT", "VALUE", "AT MOST", "SINCE", "TIMES");
    broken.stream()
        .limit(PLACES_MAX)
        .forEach(place ->
            table.row(
                place.place(),
                what(place),
                number(place.value()),
                number(place.most()),
                since(place),
                place.times()));
    lines.add(table.toString());
    return lines;
  }

  private static String what(BrokenPlace place) {
    String what =
        switch (place.promise()) {
          case DECLARED -> "its declared range";
          case TRUNCATED -> "room for a truncation";
          case COMPARED -> "width of a comparison";
          case NOT_WRAPPED -> "a sum or product wraps around";
        };
    return what + ", " + place.fractionBits() + " fraction bits";
  }

  private static String since(BrokenPlace place) {
    return place.epoch() == 0
        ? "preparation"
        : "epoch " + place.epoch() + ", step " + (place.afterStep() + 1);
  }

  private String verdict(Rehearsal.Outcome outcome) {
    if (outcome.diverged().isPresent()) {
      return "The parties would end this training without a model.";
    }
    if (!outcome.broken().isEmpty()) {
      return "On shares the results would be wrong: lower the learning rate, clip gradients, or"
          + " take fewer fraction bits.";
    }
    if (!outcome.scales().isEmpty()) {
      return "The two models disagree: values of these features lie closer together than their"
          + " declared ranges can tell; declare narrower ranges in the schema.";
    }
    return agrees()
        ? "The two models agree."
        : "The two models disagree: the fixed-point numbers are too coarse for this training, or it"
            + " is unstable; try more fraction bits or a lower learning rate.";
  }

  String json() {
    Rehearsal.Outcome outcome = rehearsal.outcome();
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("study", rehearsal.manifest().name());
    json.put("plan", rehearsal.plan().digest());
    json.put("fractionBits", rehearsal.plan().spec().training().fractionBits());
    ObjectNode holders = json.putObject("records");
    rehearsal
        .holdings()
        .forEach(holding ->
            holders
                .putObject(holding.holder())
                .put("training", holding.training())
                .put("validation", holding.validation()));
    put(json.putObject("fixedPoint"), outcome.fixedPoint());
    put(json.putObject("doublePrecision"), outcome.twin());
    put(json, "predictionDifference", outcome.predictionDifference());
    put(json, "weightDifference", outcome.weightDifference());
    json.put("tolerance", tolerance);
    json.put("rangesHeld", outcome.broken().isEmpty());
    ArrayNode broken = json.putArray("rangesBroken");
    for (BrokenPlace place : outcome.broken()) {
      broken
          .addObject()
          .put("place", place.place())
          .put("promise", place.promise().name())
          .put("fractionBits", place.fractionBits())
          .put("value", place.value())
          .put("most", place.most())
          .put("times", place.times())
          .put("epoch", place.epoch())
          .put("afterStep", place.afterStep());
    }
    ArrayNode differing = json.putArray("standardisedOtherwise");
    rehearsal.differing().forEach(differing::add);
    ArrayNode warnings = json.putArray("warnings");
    warnings().forEach(warnings::add);
    outcome.diverged().ifPresent(reason -> json.put("diverged", reason));
    outcome.end().ifPresent(end -> json.put("stopped", end.sentence(true)));
    json.put("agrees", agrees());
    return json.toString();
  }

  private void put(ObjectNode json, Side side) {
    ArrayNode losses = json.putArray("lossByEpoch");
    side.losses().forEach(losses::add);
    ModelSpec model = rehearsal.plan().spec().model();
    put(json, "loss", side.metrics().loss());
    if (model.classes() > 0) {
      put(json, "accuracy", side.metrics().accuracy());
    }
    if (model.classes() == 2) {
      put(json, "auc", side.metrics().auc());
    }
    if (model.target() == Target.NUMBER) {
      put(json, "r2", side.metrics().r2());
    }
  }

  /** JSON has no NaN: what is undefined is null. */
  private static void put(ObjectNode json, String key, double value) {
    if (Double.isFinite(value)) {
      json.put(key, value);
    } else {
      json.putNull(key);
    }
  }
}
