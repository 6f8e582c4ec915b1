package io.consilium.training.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.consilium.protocols.Shape;
import io.consilium.protocols.rep3.ThreeParties;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A part of MNIST on shares: the perceptron learns, and as well as its twin. */
final class MnistTest {
  private static final long SEED = Long.getLong("seed", 20260723L);

  /** So early in training, a rate 0.05% off moves the accuracy by as much as half of this. */
  private static final double TOLERANCE = 0.015;

  @Test
  void anEpochOnAThousandImagesFollowsTheTwin() throws IOException {
    Samples training = Mnist.training(1000);
    Samples test = Mnist.test(1000);
    Network network =
        new Network(
            Shape.vector(784),
            List.of(
                new Dense(128, Initialisation.HE),
                new Relu(),
                new Dense(128, Initialisation.HE),
                new Relu(),
                new Dense(10, Initialisation.GLOROT)),
            new SoftmaxCrossEntropy());
    Course course = new Course(network, new Sgd(0.1, 0.5, 1e-4, 16), training, test, 1, SEED);
    double twin = course.ofTheTwin().accuracy(test.labels());

    Course.Outcome shared = new ThreeParties(SEED).run(course::on).results().getFirst();

    assertThat(twin).isGreaterThan(0.78);
    assertThat(shared.accuracy(test.labels())).isCloseTo(twin, within(TOLERANCE));
  }
}
