package io.consilium.training.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.protocols.Cost;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import io.consilium.protocols.rep3.ThreeParties;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a step costs: few rounds, and what the plan says is what the channels count. */
final class NetworkCostTest {
  private static final long SEED = Long.getLong("seed", 20260723L);
  private static final FixedPoint F8 = new FixedPoint(8);
  private static final FixedPoint F16 = new FixedPoint(16);

  private static NetworkStep perceptron(int inputs, int hidden, int classes, int rows) {
    Network network =
        new Network(
            Shape.vector(inputs),
            List.of(
                new Dense(hidden, Initialisation.HE),
                new Relu(),
                new Dense(hidden, Initialisation.HE),
                new Relu(),
                new Dense(classes, Initialisation.GLOROT)),
            new SoftmaxCrossEntropy());
    return new NetworkStep(network, new Sgd(0.1, 0.9, 1e-4, rows));
  }

  @Test
  void aStepOfThePerceptronTakesFewRoundsInEveryPart() {
    Map<String, Cost> parts = perceptron(784, 128, 10, 128).costs(128, F8, 0.1);

    assertThat(parts.get("forward").rounds()).isEqualTo(19);
    assertThat(parts.get("loss").rounds()).isEqualTo(35);
    assertThat(parts.get("backward").rounds()).isEqualTo(6);
    assertThat(parts.get("gradients").rounds()).isEqualTo(3);
    assertThat(parts.get("update").rounds()).isEqualTo(2);
    assertThat(parts).hasSize(5);
  }

  @Test
  void aStepOfThePerceptronSendsFewBytes() {
    Cost cost = perceptron(784, 128, 10, 128).cost(128, F8, 0.1);

    assertThat(cost.rounds()).isEqualTo(65);
    assertThat(cost.bytes()).isBetween(11_200_000L, 12_000_000L);
  }

  /** The first product has 32 fraction bits then, and is shortened. */
  @Test
  void inputsOfSixteenBitsCostTwoRoundsMore() {
    assertThat(perceptron(784, 128, 10, 128).cost(128, F16, 0.1).rounds()).isEqualTo(67);
  }

  @Test
  void theRoundsDependOnLayersAndClassesOnly() {
    for (int rows : new int[] {1, 7, 256}) {
      assertThat(perceptron(3, 5, 10, rows).cost(rows, F8, 0.1).rounds()).isEqualTo(65);
    }
  }

  /** The network of Keller and Sun, ICML 2022. */
  private static NetworkStep lenet(int rows) {
    Window fives = Window.of(5, 5);
    Window twos = Window.of(2, 2).withStride(2, 2);
    Network network =
        new Network(
            new Shape(List.of(1, 28, 28)),
            List.of(
                new Conv(20, fives, 1, Initialisation.HE),
                new Relu(),
                new MaxPool(twos),
                new Conv(50, fives, 1, Initialisation.HE),
                new Relu(),
                new MaxPool(twos),
                new Flatten(),
                new Dense(500, Initialisation.HE),
                new Relu(),
                new Dense(10, Initialisation.GLOROT)),
            new SoftmaxCrossEntropy());
    return new NetworkStep(network, new Sgd(0.05, 0.9, 1e-4, rows));
  }

  /** At most 160 rounds, and the comparisons of max pooling are most of the bytes. */
  @Test
  void aStepOfLeNetTakesFewRounds() {
    Cost cost = lenet(128).cost(128, F8, 0.05);

    assertThat(cost.rounds()).isEqualTo(114);
    assertThat(cost.bytes()).isBetween(256_000_000L, 266_000_000L);
    assertThat(lenet(1).cost(1, F8, 0.05).rounds()).isEqualTo(cost.rounds());
  }

  /** Two rounds each are those of a layer behind a product, which has many fraction bits. */
  @Test
  void batchNormalisationCostsWhatItSays() {
    Network with = normalised(new BatchNorm(0.9, 1e-3, false));
    Network frozen = normalised(new BatchNorm(0.9, 1e-3, true));
    Network without = normalised(new Dropout(0, 0));
    Sgd sgd = new Sgd(0.05, 0.9, 1e-4, 16);

    Map<String, Cost> plain = new NetworkStep(without, sgd).costs(16, F8, 0.05);
    Map<String, Cost> costs = new NetworkStep(with, sgd).costs(16, F8, 0.05);
    Map<String, Cost> ofFrozen = new NetworkStep(frozen, sgd).costs(16, F8, 0.05);

    assertThat(costs.get("forward").since(plain.get("forward")).rounds()).isEqualTo(44);
    assertThat(costs.get("backward").since(plain.get("backward")).rounds()).isEqualTo(9);
    assertThat(ofFrozen.get("forward").since(plain.get("forward")).rounds()).isEqualTo(8);
    assertThat(ofFrozen.get("backward").since(plain.get("backward")).rounds()).isEqualTo(4);
    assertThat(costs.get("update").rounds()).isEqualTo(2);
  }

  private static Network normalised(Layer layer) {
    return new Network(
        Shape.vector(6),
        List.of(
            new Dense(5, Initialisation.HE), layer, new Relu(), new Dense(4, Initialisation.HE)),
        new SoftmaxCrossEntropy());
  }

  @Test
  void threePartiesSendWhatThePlanSaysOfAConvolutionalNetwork() {
    Samples samples = Samples.bars(SEED, 5, 28);
    NetworkStep step =
        new NetworkStep(
            new Network(
                new Shape(List.of(1, 28, 28)),
                List.of(
                    new Conv(3, Window.of(5, 5).withStride(2, 2), 1, Initialisation.HE),
                    new MaxPool(Window.of(3, 3).withStride(2, 2).withPadding(1, 1)),
                    new Relu(),
                    new Conv(4, Window.of(2, 2), 1, Initialisation.HE),
                    new BatchNorm(0.9, 1e-3, false),
                    new AveragePool(Window.of(2, 2)),
                    new Relu(),
                    new GlobalAveragePool(),
                    new Dense(4, Initialisation.HE)),
                new SoftmaxCrossEntropy()),
            new Sgd(0.05, 0.9, 1e-4, 5));

    ThreeParties.Outcome<Cost> outcome =
        new ThreeParties(SEED)
            .run(b -> {
              NetworkState state = step.initial(b, SEED);
              var x = samples.rows(b, step.network().input());
              var y = samples.labels(b, step.network().loss().labelFormat());
              Cost shared = b.declared();
              var _ = step.apply(b, step.apply(b, state, x, y, 0.05), x, y, 0.05);
              return b.declared().since(shared);
            });

    assertThat(outcome.results()).containsOnly(step.cost(5, F8, 0.05).times(2));
    assertThat(outcome.counted().bytes()).isEqualTo(outcome.declared().bytes());
    assertThat(outcome.counted().rounds()).isLessThanOrEqualTo(outcome.declared().rounds());
  }

  @Test
  void threePartiesSendWhatThePlanSays() {
    Samples samples = Samples.classes(SEED, 33, 6, 4, 1);
    NetworkStep step = perceptron(6, 9, 4, 33);

    ThreeParties.Outcome<Cost> outcome =
        new ThreeParties(SEED)
            .run(b -> {
              Cost before = b.declared();
              NetworkState state = step.initial(b, SEED);
              assertThat(b.declared()).isEqualTo(before);
              var x = samples.rows(b);
              var y = samples.labels(b, step.network().loss().labelFormat());
              Cost shared = b.declared();
              var _ = step.apply(b, step.apply(b, state, x, y, 0.1), x, y, 0.05);
              return b.declared().since(shared);
            });

    assertThat(outcome.results()).containsOnly(step.cost(33, F8, 0.1).times(2));
    assertThat(outcome.counted().bytes()).isEqualTo(outcome.declared().bytes());
    assertThat(outcome.counted().rounds()).isLessThanOrEqualTo(outcome.declared().rounds());
  }
}
