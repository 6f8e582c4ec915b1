package io.consilium.party.cli;

import io.consilium.coordinator.cli.Table;
import io.consilium.party.plan.Forecast;
import io.consilium.protocols.Cost;
import io.consilium.training.DeclaredRange;
import io.consilium.training.PlannedLayer;
import io.consilium.training.TrainingPlan;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * A plan, for the researcher.
 *
 * @param rttMillis there and back between two parties
 * @param mbit bandwidth of each party
 */
record PlanText(double rttMillis, double mbit) {

  void print(PrintWriter out, Forecast forecast) {
    TrainingPlan program = forecast.plan();
    out.println(
        "study "
            + forecast.manifest().name()
            + ": "
            + program.spec().model().type()
            + " model of "
            + program.layout().features()
            + " features");
    out.println();
    out.println(layers(program));
    out.println(count(program.parameters()) + " parameters");
    out.println();
    out.println(ranges(program));
    out.println();
    int batch = program.batches().batchSize();
    out.println("a step of " + batch + " records: " + cost(program.stepCost()));
    if (forecast.knowsRecords()) {
      out.println(
          "the whole run of "
              + (program.mayStopEarly() ? "at most " : "")
              + program.stepsOfRun()
              + " steps, with preparation and disclosures: "
              + (program.mayStopEarly() ? "at most " : "")
              + cost(program.totalCost()));
      if (program.foldCount() > 0) {
        out.println(
            "Of it, the cross-validation trains " + program.foldCount() + " models beforehand.");
      }
      for (TrainingPlan.PlannedDisclosure opened : program.disclosures()) {
        out.println(
            "opens "
                + opened.value().word()
                + ": "
                + (program.mayStopEarly() ? "at most " : "")
                + count(opened.elements())
                + (opened.elements() == 1 ? " number" : " numbers"));
      }
    } else {
      out.println("--records N plans the whole run.");
    }
    out.println(
        String.format(
            Locale.ROOT,
            "Bytes are those of the three parties together; times are rounds x %s ms + a third of"
                + " the bytes at %s Mbit/s, without computing.",
            number(rttMillis),
            number(mbit)));
    out.println("Nothing was submitted.");
  }

  private static Table layers(TrainingPlan program) {
    Table table = new Table("LAYER", "OUTPUT", "PARAMETERS");
    for (PlannedLayer layer : program.layers()) {
      table.row(layer.type(), layer.output(), count(layer.parameters()));
    }
    return table;
  }

  private static Table ranges(TrainingPlan program) {
    Table table = new Table("VALUES", "FRACTION BITS", "AT MOST");
    for (DeclaredRange range : program.ranges()) {
      table.row(range.values(), range.fractionBitsMax(), number(range.magnitudeMax()));
    }
    return table;
  }

  private String cost(Cost cost) {
    return String.format(
        Locale.ROOT,
        "%s rounds, %s bytes, %.3f s",
        count(cost.rounds()),
        count(cost.bytes()),
        Forecast.seconds(cost, rttMillis, mbit));
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String number(double number) {
    return number == Math.rint(number) ? count((long) number) : Double.toString(number);
  }
}
