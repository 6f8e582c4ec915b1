package io.consilium.bench;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.training.DataLayout;
import io.consilium.training.Formats;
import io.consilium.training.SecureDataSet;
import io.consilium.training.SecurePart;
import io.consilium.training.TrainingPlan;
import io.consilium.training.TrainingSteps;
import io.consilium.training.spec.InvalidSpecException;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.ProgramSpec;
import io.consilium.training.spec.TrainingSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** One step of a logistic regression, as a training takes it. */
record LogisticStep(String name, int features, int batchSize) implements Benchmark.Secure {
  private static final ModelSpec MODEL = new ModelSpec.Logistic();
  private static final int BATCHES_PER_EPOCH = 4;
  private static final double LEARNING_RATE = 0.1;

  /** After one step from weights 0; a step moves a weight by some hundredths. */
  private static final double WEIGHT_DIFFERENCE_MAX = 1e-3;

  private int rows() {
    return BATCHES_PER_EPOCH * batchSize;
  }

  private double[] reals() {
    double[] reals = PublicInputs.reals(name, rows() * features);
    Arrays.setAll(reals, i -> (reals[i] + 1) / 2);
    return reals;
  }

  /** Class 1 where the first feature is in the upper half. */
  private double[] labels(double[] reals) {
    double[] labels = new double[rows()];
    Arrays.setAll(labels, i -> reals[i * features] > 0.5 ? 1 : 0);
    return labels;
  }

  private TrainingPlan plan() {
    TrainingSpec training = TrainingSpec.of(1000, batchSize, LEARNING_RATE, 7);
    try {
      return TrainingPlan.compile(
          new ProgramSpec(MODEL, true, training),
          new DataLayout(features, List.of(rows()), List.of(0)),
          Set.of());
    } catch (InvalidSpecException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private TrainingSteps begin(Backend b) {
    double[] reals = reals();
    Shape shape = Shape.matrix(rows(), features);
    long[] presence = new long[shape.size()];
    Arrays.fill(presence, 1);
    SecurePart part =
        new SecurePart(
            PublicInputs.share(b, shape, Formats.FEATURES, Formats.featureCodes(reals)),
            PublicInputs.share(b, shape, FixedPoint.INTEGER, presence),
            PublicInputs.share(
                b,
                SecurePart.labelShape(MODEL, rows()),
                SecurePart.labelFormat(MODEL),
                SecurePart.labelCodes(MODEL, labels(reals))));
    SecureDataSet data =
        new SecureDataSet(List.of(new SecureDataSet.Site(Optional.of(part), Optional.empty())));
    return TrainingSteps.begin(b, plan(), data);
  }

  @Override
  public boolean isStep() {
    return true;
  }

  @Override
  public Task prepare(Rep3Backend b) {
    TrainingSteps steps = begin(b);
    return new Task() {
      @Override
      public void run() {
        steps.next();
      }

      @Override
      public void check() {
        ClearBackend clear = new ClearBackend();
        TrainingSteps reference = begin(clear);
        reference.next();
        requireNear(opened(b, steps.weights()), opened(clear, reference.weights()));
      }
    };
  }

  private double[] opened(Backend b, SecretTensor weights) {
    return weights.format().decode(PublicInputs.open(b, name, weights));
  }

  private void requireNear(double[] actual, double[] expected) {
    for (int i = 0; i < actual.length; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= WEIGHT_DIFFERENCE_MAX)) {
        throw new WrongResult(
            "%s: weight %d is %.6f, not %.6f".formatted(name, i, actual[i], expected[i]));
      }
    }
  }

  @Override
  public Task plaintext() {
    double[] reals = reals();
    double[] firstRows = Arrays.copyOf(reals, batchSize * features);
    INDArray x =
        Nd4j.hstack(
            PlainTask.array(firstRows, batchSize, features),
            Nd4j.ones(DataType.FLOAT, batchSize, 1));
    INDArray y = PlainTask.array(Arrays.copyOf(labels(reals), batchSize), batchSize, 1);
    INDArray weights = Nd4j.zeros(DataType.FLOAT, features + 1, 1);
    return () -> {
      try (INDArray scores = x.mmul(weights);
          INDArray error = Transforms.sigmoid(scores, false).subi(y);
          INDArray gradient = x.transpose().mmul(error)) {
        weights.subi(gradient.muli(LEARNING_RATE / batchSize));
      }
    };
  }
}
