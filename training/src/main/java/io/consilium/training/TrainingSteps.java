package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.training.network.NetworkState;
import java.util.Iterator;

/**
 * A training that its caller takes step by step, for whoever measures steps. The steps are those of
 * {@link SecureTrainer}: same preprocessing, batches and arithmetic; nothing is released.
 */
public final class TrainingSteps {
  private final TrainingPlan plan;
  private final TrainingProgram program;
  private final Preparation.Prepared prepared;
  private NetworkState state;
  private int epoch;
  private Iterator<int[]> batches;

  private TrainingSteps(Backend backend, TrainingPlan plan, SecureDataSet data) {
    this.plan = plan;
    this.program =
        new TrainingProgram(
            backend,
            plan,
            (value, x) -> {
              throw new IllegalStateException("nothing is opened here, not " + value);
            },
            TrainingListener.NONE,
            RowStores.IN_MEMORY);
    LegalRows legal = LegalRows.of(backend, plan, data, RowStores.IN_MEMORY, plan.evaluates());
    this.prepared = program.prepare(legal.data());
    this.state = program.initial();
    this.batches = plan.batches().batches(epoch).iterator();
  }

  /**
   * Prepares the rows of all sites; no step is taken yet.
   *
   * @param data what was planned: the same sites, rows and features
   */
  public static TrainingSteps begin(Backend backend, TrainingPlan plan, SecureDataSet data) {
    data.requireFits(plan);
    return new TrainingSteps(backend, plan, data);
  }

  /**
   * Takes the next step of the plan; after its last epoch the plan begins anew.
   *
   * <p>Rounds and bytes: {@link TrainingPlan#stepCost(int)} with the rows of the batch. Leaks: the
   * plan.
   */
  public void next() {
    if (!batches.hasNext()) {
      epoch = (epoch + 1) % plan.spec().training().epochs();
      batches = plan.batches().batches(epoch).iterator();
    }
    state = program.step(state, prepared, batches.next(), epoch);
  }

  /**
   * The first parameter; of a model without layers the weights of the prepared features and, in the
   * last row, intercepts: [d + 1, outputs].
   */
  public SecretTensor weights() {
    return state.parameters().getFirst();
  }

  @Override
  public String toString() {
    return "TrainingSteps[epoch " + epoch + "]";
  }
}
