package io.consilium.training.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.ThreeParties;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The derivatives of every layer and loss: in the clear against finite differences of the loss in
 * double precision, and on shares against the clear.
 */
final class GradientTest {
  private static final long SEED = Long.getLong("seed", 20260723L);
  private static final int ROWS = 9;
  private static final double STEP = 1e-5;

  /** Rounding of the tensors between, summed over the rows, and the error of softmax. */
  private static final double TOLERANCE = 3e-3;

  record Case(String name, Network network, Samples samples) {
    /**
     * The initial weights as they are represented, and biases: without them a row that no unit
     * answers to has pre-activations of 0, where ReLU has no derivative.
     */
    List<double[]> values() {
      List<double[]> values = new ArrayList<>();
      for (double[] initial : NetworkStep.initialValues(network, SEED)) {
        double[] value = initial.clone();
        if (Arrays.stream(value).allMatch(v -> v == 0)) {
          Arrays.setAll(value, i -> 0.125 + i / 64.0);
        }
        values.add(Ranges.DEFAULT.decode(Ranges.DEFAULT.encode(value)));
      }
      return values;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.concat(ofVectors().stream(), ofImages().stream());
  }

  private static Conv conv(int filters, Window window, int groups) {
    return new Conv(filters, window, groups, Initialisation.HE);
  }

  private static Case ofImages(String name, List<Integer> shape, Layer... layers) {
    List<Layer> all = new ArrayList<>(List.of(layers));
    all.add(dense(4));
    Shape input = new Shape(shape);
    Network network = new Network(input, all, new SoftmaxCrossEntropy());
    // Samples in which no two values of a window are so near that the step changes their order.
    return new Case(name, network, Samples.classes(SEED + 1, ROWS, input.size(), 4, 1));
  }

  private static List<Case> ofImages() {
    Window threes = Window.of(3, 3);
    Window twos = Window.of(2, 2).withStride(2, 2);
    List<Integer> image = List.of(2, 6, 5);
    return List.of(
        ofImages(
            "two convolutions",
            image,
            conv(3, threes, 1),
            new Relu(),
            conv(4, Window.of(2, 2), 1),
            new Flatten()),
        ofImages(
            "convolution with strides, padding, dilation and groups",
            image,
            conv(4, threes.withStride(2, 1).withPadding(1, 2).withDilation(1, 2), 2),
            new Relu(),
            conv(4, twos.withPadding(1, 0), 4),
            new Flatten()),
        ofImages(
            "convolution of a sequence",
            List.of(3, 8),
            conv(4, Window.of(3).withPadding(1), 1),
            new MaxPool(Window.of(2).withStride(2)),
            new Relu(),
            new Flatten()),
        ofImages(
            "convolution of a volume",
            List.of(1, 3, 3, 4),
            conv(3, Window.of(2, 3, 2).withPadding(0, 1, 0), 1),
            new Relu(),
            new MaxPool(Window.of(1, 2, 2)),
            new Flatten()),
        ofImages(
            "max pooling behind ReLU",
            image,
            conv(3, threes.withPadding(1, 1), 1),
            new Relu(),
            new MaxPool(twos),
            conv(3, Window.of(2, 2), 1),
            new MaxPool(Window.of(2, 1)),
            new Flatten()),
        ofImages(
            "max pooling of overlapping windows with padding",
            image,
            conv(3, threes.withPadding(1, 1), 1),
            new LeakyRelu(0.1),
            new MaxPool(threes.withStride(2, 2).withPadding(1, 1)),
            new Flatten()),
        ofImages(
            "average pooling",
            image,
            conv(3, threes.withPadding(1, 1), 1),
            new Relu(),
            new AveragePool(threes.withStride(2, 1).withPadding(1, 1)),
            conv(3, Window.of(2, 2), 1),
            new AveragePool(Window.of(2, 2)),
            new Flatten()),
        ofImages(
            "batch normalisation of channels",
            image,
            conv(3, threes.withPadding(1, 1), 1),
            new BatchNorm(0.9, 1e-3, false),
            new Relu(),
            new MaxPool(twos),
            conv(3, Window.of(2, 2), 1),
            new BatchNorm(0.9, 1e-3, true),
            new Flatten()),
        ofImages(
            "global average pooling in a residual",
            image,
            conv(3, threes, 1),
            new Residual(List.of(new Relu(), conv(3, threes.withPadding(1, 1), 1))),
            new GlobalAveragePool()));
  }

  private static List<Case> ofVectors() {
    Samples classes = Samples.classes(SEED, ROWS, 6, 4, 1);
    return List.of(
        new Case("softmax regression", classifier(dense(4)), classes),
        new Case("one hidden layer", classifier(dense(5), new Relu(), dense(4)), classes),
        new Case(
            "four hidden layers",
            classifier(
                dense(7),
                new Relu(),
                dense(6),
                new Relu(),
                dense(5),
                new Relu(),
                dense(5),
                new Relu(),
                dense(4)),
            classes),
        new Case(
            "leaky ReLU",
            classifier(dense(5), new LeakyRelu(0.2), dense(5), new LeakyRelu(0.01), dense(4)),
            classes),
        new Case("sigmoid", classifier(dense(5), new Sigmoid(), dense(4)), classes),
        new Case(
            "tanh behind tanh",
            classifier(dense(5), new Tanh(), dense(5), new Tanh(), dense(4)),
            classes),
        new Case("images", image(new Flatten(), dense(4), new Relu(), dense(4)), classes),
        new Case(
            "residuals",
            classifier(
                new Residual(List.of(dense(6), new Relu())),
                new Residual(List.of(dense(5), new Relu(), dense(6))),
                dense(4)),
            classes),
        new Case(
            "branches",
            classifier(
                dense(5),
                new Concatenation(
                    List.of(
                        List.of(dense(3), new Relu()), List.of(), List.of(new Relu(), dense(2)))),
                dense(4)),
            classes),
        new Case(
            "squared error",
            network(new MeanSquaredError(), dense(5), new Relu(), dense(4)),
            classes),
        new Case(
            "squared error of a ReLU",
            network(new MeanSquaredError(), dense(4), new Relu()),
            classes),
        new Case("Huber", network(new HuberLoss(0.5), dense(5), new Relu(), dense(4)), classes),
        new Case(
            "binary cross-entropy",
            network(new BinaryCrossEntropy(), dense(5), new Relu(), dense(4)),
            classes),
        new Case("GELU", classifier(dense(5), new Gelu(), dense(5), new Gelu(), dense(4)), classes),
        new Case(
            "softmax as a layer",
            classifier(dense(5), new Softmax(), dense(5), new Softmax(), dense(4)),
            classes),
        new Case("softmax first", classifier(new Softmax(), dense(4)), classes),
        new Case(
            "batch normalisation",
            classifier(dense(5), new BatchNorm(0.9, 1e-3, false), new Relu(), dense(4)),
            classes),
        new Case(
            "batch normalisation of the input, and behind tanh",
            classifier(
                new BatchNorm(0, 0.01, false),
                dense(5),
                new Tanh(),
                new BatchNorm(0.5, 0.1, false),
                dense(4)),
            classes),
        new Case(
            "frozen batch normalisation",
            classifier(dense(5), new BatchNorm(0.9, 1e-3, true), new Tanh(), dense(4)),
            classes),
        new Case("ReLU first", classifier(new Relu(), dense(4)), classes),
        new Case("ReLU last", classifier(dense(4), new Relu()), classes));
  }

  private static Layer dense(int units) {
    return new Dense(units, Initialisation.HE);
  }

  private static Network classifier(Layer... layers) {
    return network(new SoftmaxCrossEntropy(), layers);
  }

  private static Network network(Loss loss, Layer... layers) {
    return new Network(Shape.vector(6), List.of(layers), loss);
  }

  private static Network image(Layer... layers) {
    Shape shape = new Shape(List.of(1, 2, 3));
    return new Network(shape, List.of(layers), new SoftmaxCrossEntropy());
  }

  /** An optimiser that hands the gradients over instead of using them. */
  private static final class Gradients implements Optimiser {
    @Override
    public List<List<SecretTensor>> initialMemory(Backend b, List<Parameter> parameters) {
      return List.of();
    }

    @Override
    public NetworkState update(
        Backend b,
        List<Parameter> parameters,
        NetworkState state,
        List<SecretTensor> gradients,
        int rows,
        double rate) {
      return new NetworkState(gradients, state.memory(), state.steps());
    }
  }

  private static List<double[]> gradients(Backend b, Case test) {
    Gradients gradients = new Gradients();
    NetworkStep step = new NetworkStep(test.network(), gradients);
    Shape input = test.network().input();
    SecretTensor rows = test.samples().rows(b, input);
    SecretTensor labels = test.samples().labels(b, test.network().loss().labelFormat());
    List<SecretTensor> parameters = new ArrayList<>();
    for (int p = 0; p < test.values().size(); p++) {
      Shape shape = test.network().parameters().get(p).shape();
      parameters.add(
          b.constant(shape, Ranges.DEFAULT, Ranges.DEFAULT.encode(test.values().get(p))));
    }
    NetworkState state = new NetworkState(parameters, List.of(), 0);
    return Samples.opened(b, step.apply(b, state, rows, labels, 1).parameters());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inTheClearTheyAreFiniteDifferencesOfTheLoss(Case test) {
    List<double[]> parameters = test.values();

    List<double[]> actual = gradients(new ClearBackend(), test);

    for (int p = 0; p < parameters.size(); p++) {
      boolean trained = test.network().parameters().get(p).trained();
      for (int i = 0; trained && i < parameters.get(p).length; i++) {
        double expected = difference(test, parameters, p, i);
        assertThat(actual.get(p)[i])
            .as("%s of %s[%d]", test, test.network().parameters().get(p).name(), i)
            .isCloseTo(expected, within(TOLERANCE * (1 + Math.abs(expected))));
      }
    }
  }

  private static double difference(Case test, List<double[]> parameters, int p, int i) {
    double value = parameters.get(p)[i];
    parameters.get(p)[i] = value + STEP;
    double above = loss(test, parameters);
    parameters.get(p)[i] = value - STEP;
    double below = loss(test, parameters);
    parameters.get(p)[i] = value;
    return (above - below) / (2 * STEP);
  }

  private static double loss(Case test, List<double[]> parameters) {
    return Reals.loss(test.network(), parameters, test.samples().rows(), test.samples().labels());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void onSharesTheyAreThoseInTheClear(Case test) {
    List<double[]> expected = gradients(new ClearBackend(), test);

    ThreeParties.Outcome<List<double[]>> outcome =
        new ThreeParties(SEED).run(b -> gradients(b, test));

    for (List<double[]> actual : outcome.results()) {
      for (int p = 0; p < expected.size(); p++) {
        assertThat(actual.get(p)).containsExactly(expected.get(p), within(TOLERANCE));
      }
    }
    assertThat(outcome.counted().bytes()).isEqualTo(outcome.declared().bytes());
    assertThat(outcome.counted().rounds()).isLessThanOrEqualTo(outcome.declared().rounds());
  }
}
