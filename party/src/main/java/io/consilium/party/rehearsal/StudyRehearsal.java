package io.consilium.party.rehearsal;

import io.consilium.datasets.DatasetException;
import io.consilium.datasets.encoding.EncodedTable;
import io.consilium.party.UserException;
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

  /** How many records a data holder has. */
  public record Holding(String holder, int training, int validation) {}

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
    List<Holding> holdings =
        records.stream()
            .map(holding ->
                new Holding(
                    holding.holder(),
                    holding.records().rows().training(),
                    holding.records().rows().validation()))
            .toList();
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
