package io.consilium.party.plan;

import io.consilium.datasets.DatasetException;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.split.SplitRule;
import io.consilium.party.manifest.Manifest;
import io.consilium.protocols.Cost;
import io.consilium.training.DataLayout;
import io.consilium.training.ReleasedValue;
import io.consilium.training.TrainingPlan;
import io.consilium.training.spec.InvalidSpecException;
import io.consilium.training.spec.ProgramSpec;
import io.consilium.training.spec.TrainingControl;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a manifest would cost, for the researcher, before it is submitted. The costs are those that
 * the plan of the parties declares.
 *
 * @param plan for the records of all data holders together or, if these are not known, for one full
 *     batch
 */
public record Forecast(Manifest manifest, TrainingPlan plan, boolean knowsRecords) {
  /** Parties that send. */
  private static final int PARTIES = 3;

  private static final double MILLIS_PER_SECOND = 1000;

  /**
   * Compiles a manifest without any data.
   *
   * @param records of all data holders together; they are divided as the manifest says, and are all
   *     for training if a column says so record by record
   * @throws DatasetException with the path of what is wrong
   */
  public static Forecast of(byte[] document, OptionalInt records) throws DatasetException {
    Manifest manifest = Manifest.parse(document);
    PlanCompiler.Program compiled = PlanCompiler.program(manifest);
    int batch = compiled.spec().training().batchSize();
    int training =
        records.isPresent() ? training(manifest, records.getAsInt()) : Math.max(2, batch);
    int validation = records.isPresent() ? records.getAsInt() - training : 0;
    List<ReleasedValue> released =
        records.isPresent() ? PlanCompiler.released(manifest) : List.of();
    ProgramSpec spec =
        records.isPresent() ? compiled.spec() : compiled.spec().with(TrainingControl.NONE);
    try {
      DataLayout layout =
          new DataLayout(
              compiled.layout().size(),
              compiled.layout().mayMiss(),
              List.of(training),
              List.of(validation));
      return new Forecast(
          manifest, TrainingPlan.compile(spec, layout, released), records.isPresent());
    } catch (InvalidSpecException e) {
      throw PlanCompiler.atItsPlace(e);
    }
  }

  private static int training(Manifest manifest, int records) throws InvalidDefinitionException {
    if (!(manifest.split() instanceof SplitRule.Random random)) {
      return records;
    }
    BigDecimal rows = random.train().multiply(BigDecimal.valueOf(records));
    int training = rows.setScale(0, RoundingMode.HALF_UP).intValueExact();
    if (training < 2) {
      throw new InvalidDefinitionException(
          "split.train", "leaves " + training + " of " + records + " records for training");
    }
    return training;
  }

  /**
   * How long the network takes if nothing else takes time: rounds one after the other, and a third
   * of the bytes on each party's line.
   *
   * @param rttMillis there and back between two parties
   * @param mbit of each party's line, in millions of bits a second
   */
  public static double seconds(Cost cost, double rttMillis, double mbit) {
    double bitsOfParty = (double) cost.bytes() / PARTIES * Byte.SIZE;
    return cost.rounds() * rttMillis / MILLIS_PER_SECOND + bitsOfParty / (mbit * 1e6);
  }
}
