package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings the rows of all sites into the form in which the steps and the metrics read them. It goes
 * through the data up to three times, for the means, the deviations and the rows themselves, and
 * holds no more of it than the blocks that are computed together.
 *
 * <p>Rounds: those of {@link JointPreprocessing}, what concerns rows once for each group of blocks.
 */
final class Preparation {
  private final Backend b;
  private final TrainingPlan plan;
  private final RowStores stores;
  private final JointPreprocessing preprocessing;
  private final boolean evaluates;

  /**
   * A preparation.
   *
   * @param evaluates whether anything is computed on the evaluated rows
   */
  Preparation(Backend b, TrainingPlan plan, RowStores stores, boolean evaluates) {
    this.b = b;
    this.plan = plan;
    this.stores = stores;
    this.preprocessing = new JointPreprocessing(plan.spec().standardise());
    this.evaluates = evaluates;
  }

  /**
   * The rows as the steps and the metrics need them, and the statistics they were made with.
   *
   * @param training tensors of a {@link TrainingStep.Batch}
   * @param evaluated centred rows and their labels; empty if nothing is computed on them
   */
  record Prepared(RowStore training, RowStore evaluated, SecretTensor means, Deviations deviations)
      implements AutoCloseable {
    @Override
    public void close() {
      training.close();
      evaluated.close();
    }
  }

  /** What is known of all training rows after the first pass. */
  private record Sums(
      SecretTensor features, Optional<SecretTensor> present, Optional<SecretTensor> classes) {}

  Prepared prepare(SecureDataSet data) {
    DataLayout layout = plan.layout();
    Sums sums = sums(data);
    SecretTensor means = means(sums);
    boolean evaluatesTraining = evaluates && !layout.hasValidation();
    // What costs a product is not computed twice, and what stays is kept once.
    boolean keepsCentred = layout.mayMiss() || evaluatesTraining;
    RowStore centred = stores.create("centred", elements(layout.trainingTotal()));
    Optional<JointPreprocessing.Squares> squares = squares(data, means, keepsCentred, centred);
    Deviations deviations =
        preprocessing.deviations(b, squares, layout.trainingTotal(), layout.features());
    SampleWeights weights =
        SampleWeights.of(
            b,
            plan.step().classWeights(),
            () -> sums.classes().orElseThrow(),
            layout.trainingTotal());
    RowStore training = training(data, means, deviations.scales(), weights, keepsCentred, centred);
    if (evaluatesTraining) {
      return new Prepared(training, centred, means, deviations);
    }
    centred.close();
    return new Prepared(training, validation(data, means, deviations.limits()), means, deviations);
  }

  private long elements(int rows) {
    return (long) rows * plan.layout().features();
  }

  // ---- the first pass --------------------------------------------------------------------------

  private Sums sums(SecureDataSet data) {
    boolean countsClasses = plan.step().classWeights().dependsOnRows();
    List<SecretTensor> sums = new ArrayList<>();
    for (List<DataBlock> group : plan.layout().trainingGroups()) {
      List<SecretTensor> ofGroup =
          b.scoped(() -> sums(data.training(b, plan, group), countsClasses));
      List<SecretTensor> before = List.copyOf(sums);
      sums.clear();
      for (int i = 0; i < ofGroup.size(); i++) {
        sums.add(before.isEmpty() ? ofGroup.get(i) : b.add(before.get(i), ofGroup.get(i)));
      }
    }
    return new Sums(
        sums.getFirst(),
        plan.layout().mayMiss() ? Optional.of(sums.get(1)) : Optional.empty(),
        countsClasses ? Optional.of(sums.getLast()) : Optional.empty());
  }

  private List<SecretTensor> sums(SecurePart rows, boolean countsClasses) {
    List<SecretTensor> sums = new ArrayList<>();
    sums.add(b.sumRows(rows.features()));
    rows.presence().ifPresent(presence -> sums.add(b.sumRows(presence)));
    if (countsClasses) {
      sums.add(b.sumRows(Arrangement.oneHot(b, rows.labels())));
    }
    return sums;
  }

  private SecretTensor means(Sums sums) {
    return sums.present().isPresent()
        ? preprocessing.means(b, sums.features(), sums.present().get())
        : preprocessing.means(b, sums.features(), plan.layout().trainingTotal());
  }

  // ---- the second pass -------------------------------------------------------------------------

  private Optional<JointPreprocessing.Squares> squares(
      SecureDataSet data, SecretTensor means, boolean keepsCentred, RowStore centred) {
    if (!keepsCentred && !preprocessing.needsSquares()) {
      return Optional.empty();
    }
    Optional<JointPreprocessing.Squares> sum = Optional.empty();
    for (List<DataBlock> group : plan.layout().trainingGroups()) {
      List<SecretTensor> made =
          b.scoped(() -> {
            SecurePart rows = data.training(b, plan, group);
            SecretTensor x = centred(rows, means);
            List<SecretTensor> results = new ArrayList<>();
            if (preprocessing.needsSquares()) {
              results.addAll(preprocessing.sumsOfSquares(b, x).tensors());
            }
            if (keepsCentred) {
              results.addAll(List.of(x, rows.labels()));
            }
            return results;
          });
      if (preprocessing.needsSquares()) {
        var ofGroup = new JointPreprocessing.Squares(made.get(0), made.get(1));
        sum = Optional.of(sum.map(before -> before.plus(b, ofGroup)).orElse(ofGroup));
      }
      if (keepsCentred) {
        centred.append(b, made.subList(made.size() - 2, made.size()));
        data.discardTraining(group);
      }
    }
    return sum;
  }

  private SecretTensor centred(SecurePart rows, SecretTensor means) {
    return rows.presence().isPresent()
        ? preprocessing.centred(b, rows.features(), rows.presence().get(), means)
        : preprocessing.centred(b, rows.features(), means);
  }

  // ---- the third pass --------------------------------------------------------------------------

  private RowStore training(
      SecureDataSet data,
      SecretTensor means,
      SecretTensor scales,
      SampleWeights weights,
      boolean keptCentred,
      RowStore centred) {
    RowStore training = stores.create("training", elements(plan.layout().trainingTotal()));
    int done = 0;
    for (List<DataBlock> group : plan.layout().trainingGroups()) {
      int from = done;
      done += group.stream().mapToInt(DataBlock::rows).sum();
      int to = done;
      training.append(
          b,
          b.scoped(() -> {
            if (keptCentred) {
              List<SecretTensor> kept = centred.range(b, from, to);
              return batch(kept.getFirst(), kept.getLast(), scales, weights);
            }
            SecurePart rows = data.training(b, plan, group);
            return batch(centred(rows, means), rows.labels(), scales, weights);
          }));
      if (!keptCentred) {
        data.discardTraining(group);
      }
    }
    return training;
  }

  private List<SecretTensor> batch(
      SecretTensor centred, SecretTensor labels, SecretTensor scales, SampleWeights weights) {
    int fractionBits = plan.spec().training().fractionBits();
    SecretTensor rows = preprocessing.prepared(b, centred, scales, fractionBits);
    return plan.step().batch(b, rows, labels, weights).tensors();
  }

  private RowStore validation(SecureDataSet data, SecretTensor means, SecretTensor limits) {
    RowStore evaluated = stores.create("validation", elements(plan.layout().validationTotal()));
    for (List<DataBlock> group : plan.layout().validationGroups()) {
      if (evaluates) {
        evaluated.append(
            b,
            b.scoped(() -> {
              SecurePart rows = data.validation(b, plan, group);
              return List.of(preprocessing.bounded(b, centred(rows, means), limits), rows.labels());
            }));
      }
      data.discardValidation(group);
    }
    return evaluated;
  }
}
