package io.consilium.training;

import io.consilium.protocols.Cost;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.training.network.NetworkState;
import io.consilium.training.spec.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The cost of a plan: its phases run once on outlines, and repeated phases multiplied. */
record PlannedCost(Cost total, Cost fullStep, int fullBatchRows) {

  static PlannedCost of(TrainingPlan plan) {
    CostBackend b = new CostBackend();
    TrainingProgram program = program(b, plan);
    TrainingProgram.Prepared prepared = program.prepare(data(plan));
    NetworkState state = program.initial();
    Cost preparation = b.declared();

    BatchPlan batches = plan.batches();
    Cost full = ofStep(plan, batches.batchSize());
    Cost epoch =
        full.times(batches.batchesPerEpoch() - 1L).then(ofStep(plan, batches.lastBatchRows()));
    if (plan.releases(ReleasedValue.LOSS)) {
      Cost before = b.declared();
      program.releaseLoss(prepared, state, 0);
      epoch = epoch.then(b.declared().since(before));
    }
    Cost before = b.declared();
    program.releaseRest(prepared, program.model(prepared, state));
    Cost rest = b.declared().since(before);
    Cost total = preparation.then(epoch.times(plan.spec().training().epochs())).then(rest);
    return new PlannedCost(total, full, batches.batchSize());
  }

  /** The cost of a step with so many rows; it depends on nothing but shapes. */
  static Cost ofStep(TrainingPlan plan, int rows) {
    CostBackend b = new CostBackend();
    TrainingProgram program = program(b, plan);
    ModelSpec model = plan.spec().model();
    FixedPoint format = new FixedPoint(plan.spec().training().fractionBits());
    SecretTensor features =
        CostBackend.tensor(Shape.matrix(rows, plan.layout().features()), format);
    SecretTensor labels =
        CostBackend.tensor(SecurePart.labelShape(model, rows), SecurePart.labelFormat(model));
    TrainingStep.Batch batch = plan.step().batch(b, features, labels);
    Cost before = b.declared();
    NetworkState _ = plan.step().apply(b, program.initial(), batch, 0);
    return b.declared().since(before);
  }

  Cost step(int rows) {
    if (rows != fullBatchRows) {
      throw new IllegalArgumentException("not the full batch");
    }
    return fullStep;
  }

  private static TrainingProgram program(CostBackend b, TrainingPlan plan) {
    return new TrainingProgram(b, plan, (_, x) -> b.opened(x), TrainingListener.NONE);
  }

  private static SecureDataSet data(TrainingPlan plan) {
    DataLayout layout = plan.layout();
    List<SecureDataSet.Site> sites = new ArrayList<>();
    IntStream.range(0, layout.trainingRows().size())
        .forEach(i ->
            sites.add(
                new SecureDataSet.Site(
                    part(plan, layout.trainingRows().get(i)),
                    part(plan, layout.validationRows().get(i)))));
    return new SecureDataSet(sites);
  }

  private static Optional<SecurePart> part(TrainingPlan plan, int rows) {
    if (rows == 0) {
      return Optional.empty();
    }
    Shape shape = Shape.matrix(rows, plan.layout().features());
    ModelSpec model = plan.spec().model();
    return Optional.of(
        new SecurePart(
            CostBackend.tensor(shape, Formats.FEATURES),
            CostBackend.tensor(shape, FixedPoint.INTEGER),
            CostBackend.tensor(SecurePart.labelShape(model, rows), SecurePart.labelFormat(model))));
  }
}
