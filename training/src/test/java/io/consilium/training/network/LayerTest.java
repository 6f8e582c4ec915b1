package io.consilium.training.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.ThreeParties;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers that finite differences do not reach, and what networks refuse. */
final class LayerTest {
  private static final int ROWS = 400;
  private static final int COLUMNS = 25;
  private static final Layer DENSE = new Dense(4, Initialisation.GLOROT);

  private static SecretTensor ones(Backend b) {
    long[] codes = new long[ROWS * COLUMNS];
    Arrays.fill(codes, Ranges.DEFAULT.encode(1.5));
    return b.constant(Shape.matrix(ROWS, COLUMNS), Ranges.DEFAULT, codes);
  }

  private static double[] dropped(Dropout dropout, Pass pass) {
    SecretTensor x = ones(pass.backend());
    return Samples.opened(pass.backend(), dropout.forward(pass, x, List.of()).output());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.2, 0.5, 0.75})
  void dropoutKeepsTheMean(double probability) {
    Dropout dropout = new Dropout(probability, 5);

    double[] y = dropped(dropout, Pass.training(new ClearBackend(), 0));

    assertThat(dropout.factor()).isCloseTo(1 / (1 - probability), within(0x1p-9));
    assertThat(Arrays.stream(y).distinct())
        .isSubsetOf(0.0, 1.5 * dropout.factor())
        .contains(1.5 * dropout.factor());
    long zeros = Arrays.stream(y).filter(v -> v == 0).count();
    // Five standard deviations of the count over 10,000.
    assertThat((double) zeros / y.length).isCloseTo(probability, within(0.025));
  }

  @Test
  void dropoutIsAnotherInEveryStepAndLayerAndTheSameForAllParties() {
    Dropout dropout = new Dropout(0.5, 5);
    Pass pass = Pass.training(new ClearBackend(), 3);

    double[] first = dropped(dropout, pass);

    assertThat(dropped(dropout, pass)).isNotEqualTo(first);
    assertThat(dropped(dropout, Pass.training(new ClearBackend(), 4))).isNotEqualTo(first);
    assertThat(dropped(dropout, Pass.training(new ClearBackend(), 3))).isEqualTo(first);
    assertThat(dropped(new Dropout(0.5, 6), Pass.training(new ClearBackend(), 3)))
        .isNotEqualTo(first);
  }

  @Test
  void dropoutPassesTheErrorOfWhatItKept() {
    Backend b = new ClearBackend();
    Pass pass = Pass.training(b, 0);
    Layer.Applied applied = new Dropout(0.2, 5).forward(pass, ones(b), List.of());

    SecretTensor error = applied.backward(pass, ones(b), true).error().orElseThrow();

    assertThat(Samples.opened(b, error)).isEqualTo(Samples.opened(b, applied.output()));
  }

  @Test
  void dropoutDoesNothingOutsideTraining() {
    ClearBackend b = new ClearBackend();

    assertThat(dropped(new Dropout(0.5, 5), Pass.scoring(b))).containsOnly(1.5);
  }

  private static final Shape IMAGE = new Shape(List.of(2, 6, 5));

  private static SecretTensor images(Backend b, int rows, Shape row, long seed) {
    double[][] values = Samples.classes(seed, rows, row.size(), 4, 1).rows();
    List<Integer> dimensions = new ArrayList<>(List.of(rows));
    dimensions.addAll(row.dimensions());
    return b.constant(
        new Shape(dimensions), Ranges.DEFAULT, Ranges.DEFAULT.encode(Samples.flat(values)));
  }

  private record Run(double[] output, double[] error, long bytes) {}

  /** Layers one after the other in the given order, not as a chain. */
  private static Run run(List<Layer> layers, Shape pooled) {
    ClearBackend b = new ClearBackend();
    Pass pass = Pass.training(b, 0);
    SecretTensor x = images(b, 8, IMAGE, 5);
    List<Layer.Applied> applied = new ArrayList<>();
    for (Layer layer : layers) {
      applied.add(layer.forward(pass, x, List.of()));
      x = applied.getLast().output();
    }
    double[] output = Samples.opened(b, x);
    SecretTensor error = images(b, 8, pooled, 6);
    for (Layer.Applied layer : applied.reversed()) {
      error = layer.backward(pass, error, true).error().orElseThrow();
    }
    return new Run(output, Samples.opened(b, error), b.declared().bytes());
  }

  /** All of a chain is in the other order, and nothing differs but the cost. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void reluAndMaxPoolingChangePlacesWithoutADifference(boolean leaky) {
    Layer relu = leaky ? new LeakyRelu(0.25) : new Relu();
    Layer pool = new MaxPool(Window.of(2, 2).withStride(2, 2));
    Shape pooled = pool.output(IMAGE);

    Run described = run(List.of(relu, pool), pooled);
    Run computed = run(new Chain(List.of(relu, pool)).layers(), pooled);

    assertThat(new Chain(List.of(relu, pool)).layers()).containsExactly(pool, relu);
    assertThat(new Chain(List.of(relu, relu, pool, new Sigmoid(), pool)).layers())
        .containsExactly(pool, relu, relu, new Sigmoid(), pool);
    assertThat(computed.output()).isEqualTo(described.output());
    assertThat(computed.error()).isEqualTo(described.error());
    assertThat(computed.bytes()).isLessThan(described.bytes());
  }

  /** Of equal values the last one gets the error, and nobody else. */
  @Test
  void maxPoolingLeadsTheErrorToOnePlace() {
    Backend b = new ClearBackend();
    Pass pass = Pass.training(b, 0);
    long[] equal = new long[18];
    Arrays.fill(equal, 5);
    SecretTensor x = b.constant(new Shape(List.of(1, 2, 3, 3)), Ranges.DEFAULT, equal);
    Layer.Applied applied = new MaxPool(Window.of(3, 3)).forward(pass, x, List.of());
    SecretTensor error =
        b.constant(new Shape(List.of(1, 2, 1, 1)), Ranges.DEFAULT, new long[] {7, -9});

    SecretTensor spread = applied.backward(pass, error, true).error().orElseThrow();

    assertThat(b.open(applied.output(), ThreeParties.any())).containsExactly(5, 5);
    long[] expected = new long[18];
    expected[8] = 7;
    expected[17] = -9;
    assertThat(b.open(spread, ThreeParties.any())).isEqualTo(expected);
  }

  @Test
  void windowsThatDoNotFitAreRefused() {
    Layer conv = new Conv(3, Window.of(3, 3), 1, Initialisation.HE);
    refuses("a window moves over channels", Shape.vector(9), conv);
    refuses("spatial dimensions", new Shape(List.of(1, 2, 2, 2, 2)), new MaxPool(Window.of(2)));
    refuses("does not fit", new Shape(List.of(1, 2, 5)), conv);
    refuses("groups", IMAGE, new Conv(4, Window.of(1, 1), 3, Initialisation.HE));
    refuses("no window for pooling", IMAGE, new MaxPool(Window.of(2, 2).withPadding(2, 0)));
    refuses("no window for pooling", IMAGE, new AveragePool(Window.of(2, 2).withDilation(2, 1)));
    refuses("a mean of channels", Shape.vector(9), new GlobalAveragePool());
    assertThatThrownBy(() -> new Conv(0, Window.of(1), 1, Initialisation.HE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** What waits is shortened with the next truncation, and the same tensor once. */
  @Test
  void keptTensorsShareTheRoundsOfTheNextTruncation() {
    ClearBackend b = new ClearBackend();
    Pass pass = Pass.training(b, 0);
    SecretTensor x = b.reinterpret(ones(b), new FixedPoint(20));
    SecretTensor y = b.reinterpret(ones(b), new FixedPoint(40));

    Kept first = pass.keep(x);
    Kept again = pass.keep(x);
    assertThat(b.declared().rounds()).isZero();
    SecretTensor shortened = pass.shortened(y, 24);

    assertThat(again).isSameAs(first);
    assertThat(first.value().format()).isEqualTo(Ranges.DEFAULT);
    assertThat(shortened.format()).isEqualTo(Ranges.DEFAULT);
    assertThat(b.declared().rounds()).isEqualTo(2);
    assertThat(b.declared().bytes()).isEqualTo(4L * (4 + 24) * ROWS * COLUMNS / 8);
  }

  @Test
  void networksRefuseLayersThatDoNotFit() {
    refuses("a dense layer takes vectors", new Shape(List.of(1, 2, 3)), DENSE);
    refuses("without parameters", Shape.vector(3), new Relu());
    refuses("a residual makes", Shape.vector(3), new Residual(List.of(DENSE)));
    refuses("two or more logits", Shape.vector(3), new Dense(1, Initialisation.HE));
    refuses(
        "vectors are concatenated",
        new Shape(List.of(1, 2)),
        new Concatenation(List.of(List.of(), List.of(new Relu()))));
    assertThatThrownBy(() -> new Dropout(1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new LeakyRelu(1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new HuberLoss(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Dense(0, Initialisation.HE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void refuses(String reason, Shape input, Layer... layers) {
    assertThatThrownBy(() -> new Network(input, List.of(layers), new SoftmaxCrossEntropy()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void parametersAreNamedByTheirPlaceAndDrawnAlikeEverywhere() {
    Network network =
        new Network(
            Shape.vector(4),
            List.of(
                new Relu(),
                new Residual(List.of(DENSE, new Relu())),
                new Concatenation(List.of(List.of(), List.of(DENSE)))),
            new SoftmaxCrossEntropy());

    assertThat(network.parameters().stream().map(Parameter::name))
        .containsExactly("1.0.weights", "1.0.bias", "2.1.0.weights", "2.1.0.bias");
    double[] weights = NetworkStep.initialValues(network, 7).getFirst();
    double bound = Math.sqrt(6.0 / 8);
    assertThat(weights).isEqualTo(NetworkStep.initialValues(network, 7).getFirst());
    assertThat(weights).isNotEqualTo(NetworkStep.initialValues(network, 8).getFirst());
    assertThat(Arrays.stream(weights).map(Math::abs).max().orElseThrow()).isBetween(0.5, bound);
    assertThat(NetworkStep.initialValues(network, 7).get(1)).containsOnly(0);
  }
}
