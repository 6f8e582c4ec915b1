package io.consilium.party.rehearsal;

import io.consilium.datasets.DatasetException;
import io.consilium.datasets.encoding.EncodedTable;
import io.consilium.datasets.encoding.FeatureLayout;
import io.consilium.datasets.encoding.RangeUse;
import io.consilium.party.UserException;
import io.consilium.party.job.SiteRecords;
import io.consilium.party.manifest.Manifest;
import io.consilium.party.plan.PlanCompiler;
import io.consilium.training.DataLayout;
import io.consilium.training.ReleasedValue;
import io.consilium.training.TrainingListener;
import io.consilium.training.TrainingPlan;
import io.consilium.training.plain.PlainPart;
import io.consilium.training.plain.Rehearsal;
import io.consilium.training.spec.InvalidSpecException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a study does with records that may be seen: the program of the parties on the clear
 * reference, and the plaintext twin.
 *
 * @param plan that of the parties for these records; it also releases the loss
 * @param holdings in the order of the plan
 */
public record StudyRehearsal(
    Manifest manifest, TrainingPlan plan, List<Holding> holdings, Rehearsal.Outcome outcome) {

  /**
   * How many records a data holder has.
   *
   * @param narrow numbers that use little of their declared range there
   */
  public record Holding(String holder, int training, int validation, List<RangeUse> narrow) {
    public Holding {
      narrow = List.copyOf(narrow);
    }
  }

  public StudyRehearsal {
    holdings = List.copyOf(holdings);
  }

  /**
   * Compiles a study, reads its records and runs it.
   *
   * @param options where the records are, see {@link RehearsalData}
   * @param recordsMax of each data holder, the first ones
   * @throws UserException if a file, the study or the records are wrong, with the place
   */
  public static StudyRehearsal run(
      byte[] document, List<String> options, OptionalInt recordsMax, TrainingListener listener)
      throws DatasetException, UserException {
    Manifest manifest = Manifest.parse(document);
    PlanCompiler.Program compiled = PlanCompiler.program(manifest);
    RehearsalData data = RehearsalData.parse(options, manifest.dataHolders());
    List<RehearsalData.Holding> records = data.read(manifest, recordsMax);
    List<Rehearsal.Site> sites =
        records.stream()
            .map(holding ->
                new Rehearsal.Site(
                    part(holding.records().rows().training(), holding.records()::training),
                    part(holding.records().rows().validation(), holding.records()::validation)))
            .toList();
    List<Holding> holdings = records.stream().map(StudyRehearsal::holding).toList();
    Set<ReleasedValue> released = EnumSet.of(ReleasedValue.LOSS);
    released.addAll(PlanCompiler.released(manifest));
    try {
      DataLayout layout =
          new DataLayout(
              compiled.layout().size(),
              compiled.layout().mayMiss(),
              holdings.stream().map(Holding::training).toList(),
              holdings.stream().map(Holding::validation).toList());
      TrainingPlan plan = TrainingPlan.compile(compiled.spec(), layout, released);
      return new StudyRehearsal(manifest, plan, holdings, Rehearsal.run(plan, sites, listener));
    } catch (InvalidSpecException e) {
      throw PlanCompiler.atItsPlace(e);
    }
  }

  private static Holding holding(RehearsalData.Holding holding) {
    SiteRecords records = holding.records();
    return new Holding(
        holding.holder(),
        records.rows().training(),
        records.rows().validation(),
        records.narrowRanges());
  }

  /** The columns whose features the program of the parties standardises otherwise. */
  public List<String> differing() {
    FeatureLayout layout = FeatureLayout.of(manifest.schema());
    return outcome.scales().stream()
        .map(scale ->
            "feature '%s' is not standardised right: its deviation is %.1g of its declared range"
                .formatted(layout.names().get(scale.feature()), scale.deviation()))
        .toList();
  }

  private interface Encoder {
    EncodedTable encode(int from, int to);
  }

  private static Optional<PlainPart> part(int rows, Encoder encoder) {
    if (rows == 0) {
      return Optional.empty();
    }
    EncodedTable table = encoder.encode(0, rows);
    return Optional.of(
        new PlainPart(
            table.layout().size(),
            table.features(),
            table.presence(),
            table.labels().orElseThrow()));
  }
}
