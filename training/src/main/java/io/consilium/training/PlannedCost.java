package io.consilium.training;

import io.consilium.protocols.Cost;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.training.network.NetworkState;
import io.consilium.training.spec.ModelSpec;
import java.util.Optional;

/**
 * The cost of one training of a plan: its phases run once on outlines, and repeated phases
 * multiplied.
 *
 * @param epoch with what is opened after it
 * @param rest what comes after the last epoch
 */
record PlannedCost(Cost preparation, Cost epoch, Cost rest, Cost fullStep, int fullBatchRows) {

  static PlannedCost of(TrainingPlan plan) {
    CostBackend b = new CostBackend();
    TrainingProgram program = program(b, plan);
    Preparation.Prepared prepared = program.prepare(data(plan));
    NetworkState state = program.initial();
    Cost preparation = b.declared();

    BatchPlan batches = plan.batches();
    Cost full = ofStep(plan, batches.batchSize());
    Cost epoch =
        full.times(batches.batchesPerEpoch() - 1L).then(ofStep(plan, batches.lastBatchRows()));
    Cost before = b.declared();
    program.releaseOfEpoch(prepared, state, 1, new EpochWatch(plan.spec()));
    epoch = epoch.then(b.declared().since(before));
    before = b.declared();
    program.releaseRest(prepared, program.model(prepared, state), 1);
    Cost rest = b.declared().since(before);
    return new PlannedCost(preparation, epoch, rest, full, batches.batchSize());
  }

  /** The cost of making all rows legal, once for all trainings. */
  static Cost ofLegalRows(TrainingPlan plan) {
    CostBackend b = new CostBackend();
    LegalRows.of(b, plan, data(plan), RowStores.IN_MEMORY, plan.evaluates()).close();
    return b.declared();
  }

  /** The cost of a training that ends after so many epochs. */
  Cost ofEpochs(int epochs) {
    return preparation.then(epoch.times(epochs)).then(rest);
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
    SecretTensor classes = CostBackend.tensor(Shape.vector(model.classes()), FixedPoint.INTEGER);
    SampleWeights weights =
        SampleWeights.of(b, plan.step().classWeights(), () -> classes, plan.batches().rows());
    TrainingStep.Batch batch = plan.step().batch(b, features, labels, weights);
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
    return new TrainingProgram(
        b, plan, (_, x) -> b.opened(x), TrainingListener.NONE, RowStores.IN_MEMORY);
  }

  private static SecureDataSet data(TrainingPlan plan) {
    SharedRows rows = (_, block) -> part(plan, block.rows());
    return new SecureDataSet(
        plan.layout().trainingRows().stream()
            .map(_ -> new SecureDataSet.Site(rows, rows))
            .toList());
  }

  private static SecurePart part(TrainingPlan plan, int rows) {
    Shape shape = Shape.matrix(rows, plan.layout().features());
    ModelSpec model = plan.spec().model();
    return new SecurePart(
        CostBackend.tensor(shape, Formats.FEATURES),
        plan.layout().mayMiss()
            ? Optional.of(CostBackend.tensor(shape, FixedPoint.INTEGER))
            : Optional.empty(),
        CostBackend.tensor(SecurePart.labelShape(model, rows), SecurePart.labelFormat(model)));
  }
}
