package io.consilium.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.consilium.inference.AnswerRule;
import io.consilium.inference.ModelAsset;
import io.consilium.inference.ModelCard;
import io.consilium.inference.Prediction;
import io.consilium.inference.Question;
import io.consilium.inference.StoredTensor;
import io.consilium.inference.TrainedModels;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.SharePair;
import io.consilium.training.ModelLayout;
import io.consilium.training.SharedModel;
import io.consilium.training.network.Conv;
import io.consilium.training.network.Dense;
import io.consilium.training.network.Flatten;
import io.consilium.training.network.Initialisation;
import io.consilium.training.network.Relu;
import io.consilium.training.network.SoftmaxCrossEntropy;
import io.consilium.training.network.Window;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.Neural;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** A made-up model of a kind that is trained here. */
final class TrainedExample implements ServedExample {

  private static final long SEED = 20261126;
  private static final int FEATURES = 30;
  private static final int SIDE = 28;
  private static final int CLASSES = 10;

  /** Weight of the first feature of the logistic model, which decides nearly alone. */
  private static final double STEEP = 20;

  private final ModelLayout layout;
  private final ModelCard card;
  private final Map<String, double[]> values;

  private TrainedExample(ModelLayout layout, List<String> classes, Map<String, double[]> values) {
    this.layout = layout;
    this.values = values;
    this.card =
        new ModelCard(
            MODEL,
            1,
            layout.model().type(),
            MODEL,
            layout.planDigest(),
            ServedExample.computeParties(),
            layout.toJson(),
            JsonNodeFactory.instance.objectNode(),
            JsonNodeFactory.instance.objectNode(),
            TrainedModels.features(layout),
            TrainedModels.output(layout, classes, AnswerRule.probabilities()),
            CREATED);
  }

  static ServedExample logistic() {
    ModelLayout layout = new ModelLayout(new ModelSpec.Logistic(), FEATURES, true, "00");
    double[] weights = new SplittableRandom(SEED).doubles(FEATURES, -0.2, 0.2).toArray();
    weights[0] = STEEP;
    return new TrainedExample(
        layout,
        List.of("no", "yes"),
        Map.of(
            "means",
            filled(FEATURES, 0.5),
            "scales",
            filled(FEATURES, 1),
            "limits",
            filled(FEATURES, 1),
            "weights",
            weights,
            "folded",
            weights,
            "intercepts",
            new double[1]));
  }

  /** A convolution of 5 filters of 5 x 5 with stride 2, and layers of 100 and 10 units. */
  static ServedExample cnn() {
    Neural network =
        new Neural(
            Optional.of(new Shape(List.of(1, SIDE, SIDE))),
            List.of(
                new Conv(5, Window.of(5, 5).withStride(2, 2), 1, Initialisation.HE),
                new Relu(),
                new Flatten(),
                new Dense(100, Initialisation.HE),
                new Relu(),
                new Dense(CLASSES, Initialisation.GLOROT)),
            new SoftmaxCrossEntropy(),
            CLASSES);
    ModelLayout layout = new ModelLayout(network, SIDE * SIDE, true, "00");
    SplittableRandom random = new SplittableRandom(SEED);
    Map<String, double[]> values = new LinkedHashMap<>();
    layout
        .tensors()
        .forEach((name, tensor) -> {
          int size = tensor.shape().size();
          double bound = bound(tensor.shape());
          values.put(
              name,
              switch (name) {
                case "means" -> filled(size, 0.5);
                case "scales", "limits" -> filled(size, 1);
                default -> random.doubles(size, -bound, bound).toArray();
              });
        });
    return new TrainedExample(
        layout, IntStream.range(0, CLASSES).mapToObj(i -> "digit-" + i).toList(), values);
  }

  /** Keeps the size of what passes through a layer. */
  private static double bound(Shape shape) {
    return switch (shape.rank()) {
      case 1 -> 0.1;
      case 2 -> Math.sqrt(6.0 / shape.rows());
      default -> Math.sqrt(6.0 * shape.rows() / shape.size());
    };
  }

  private static double[] filled(int size, double value) {
    double[] values = new double[size];
    Arrays.fill(values, value);
    return values;
  }

  @Override
  public ModelCard card() {
    return card;
  }

  @Override
  public ModelAsset asset(ComputeParty party) {
    SplittableRandom random = new SplittableRandom(SEED);
    List<StoredTensor> tensors = new ArrayList<>();
    new TreeMap<>(layout.tensors())
        .forEach((name, tensor) -> {
          SharePair pair =
              ServedExample.split(tensor.format().encode(values.get(name)), random, party);
          tensors.add(new StoredTensor(name, tensor.shape(), tensor.format(), pair));
        });
    return new ModelAsset(card, tensors);
  }

  @Override
  public List<Asked> asked(int count) {
    double[][] records = records(count);
    double[][] answers = answers(records);
    return IntStream.range(0, count)
        .mapToObj(i -> new Asked(Question.complete(new double[][] {records[i]}), answers[i]))
        .toList();
  }

  @Override
  public double[] answer(Prediction prediction) {
    return prediction.values()[0];
  }

  private double[][] records(int count) {
    SplittableRandom random = new SplittableRandom(SEED + 1);
    double[][] records = new double[count][];
    for (int i = 0; i < count; i++) {
      records[i] =
          layout.features() == FEATURES ? record(random, (i + 0.5) / count) : image(random);
    }
    return records;
  }

  /** A record with this probability. */
  private double[] record(SplittableRandom random, double probability) {
    double[] record = random.doubles(FEATURES, 0, 1).toArray();
    double rest = 0;
    for (int j = 1; j < FEATURES; j++) {
      rest += (record[j] - 0.5) * values.get("weights")[j];
    }
    double score = Math.log(probability / (1 - probability));
    record[0] = 0.5 + (score - rest) / STEEP;
    return record;
  }

  /** Squares of 7 x 7 grey pixels. */
  private static double[] image(SplittableRandom random) {
    int square = 7;
    int greysInARow = SIDE / square;
    double[] greys = random.doubles((long) greysInARow * greysInARow, 0, 1).toArray();
    double[] image = new double[SIDE * SIDE];
    for (int i = 0; i < image.length; i++) {
      image[i] = greys[i / SIDE / square * greysInARow + i % SIDE / square];
    }
    return image;
  }

  /** What the model says in the clear reference. */
  private double[][] answers(double[][] records) {
    ClearBackend b = new ClearBackend();
    Map<String, SecretTensor> tensors = new LinkedHashMap<>();
    layout
        .tensors()
        .forEach((name, tensor) ->
            tensors.put(
                name,
                b.constant(
                    tensor.shape(), tensor.format(), tensor.format().encode(values.get(name)))));
    Shape shape = card.features().shape(records.length);
    double[] flat = Arrays.stream(records).flatMapToDouble(Arrays::stream).toArray();
    long[] present = new long[flat.length];
    Arrays.fill(present, 1);
    SecretTensor prediction =
        SharedModel.of(layout, tensors)
            .predict(
                b,
                b.constant(shape, card.features().format(), card.features().format().encode(flat)),
                b.constant(shape, FixedPoint.INTEGER, present));
    double[] reals = card.output().format().decode(PublicInputs.open(b, "answers", prediction));
    int columns = card.output().columns();
    double[][] answers = new double[records.length][];
    Arrays.setAll(answers, i -> Arrays.copyOfRange(reals, i * columns, (i + 1) * columns));
    return answers;
  }
}
