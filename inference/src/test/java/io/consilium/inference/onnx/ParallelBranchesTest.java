package io.consilium.inference.onnx;

import static io.consilium.inference.onnx.TestNetwork.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.consilium.inference.onnx.SecretRunTest.Outcome;
import io.consilium.inference.onnx.SecretRunTest.Prepared;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.ThreeParties;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Instructions that do not depend on each other run in the rounds of one. */
final class ParallelBranchesTest {
  private static final long ROUNDS_OF_PRODUCTS = 3;
  private static final long ROUNDS_OF_RELUS = 7;

  /** Branches of a convolution and a ReLU each, whose kernels and weights differ in size. */
  private static TestNetwork branches(int count) {
    TestNetwork network = new TestNetwork().input("x", 1, 2, 6, 6);
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < count; i++) {
      long kernel = 2L * i + 1;
      network
          .weights("w" + i, 0.25 * (i + 1), i + 2, 2, kernel, kernel)
          .weights("b" + i, 0.5, i + 2)
          .node("Conv", "x w%d b%d".formatted(i, i), "c" + i, attribute("pads", i, i, i, i))
          .node("Relu", "c" + i, "r" + i);
      all.append("r").append(i).append(' ');
    }
    return network
        .node("Concat", all.toString().strip(), "y", TestNetwork.number("axis", 1))
        .output("y");
  }

  /** A short branch, a long one and a pool, as Inception has them. */
  private static TestNetwork inception() {
    return new TestNetwork()
        .input("x", 1, 2, 6, 6)
        .weights("w1", 0.5, 3, 2, 1, 1)
        .weights("w2", 0.5, 2, 2, 1, 1)
        .weights("w3", 0.5, 3, 2, 3, 3)
        .weights("w4", 0.5, 2, 2, 1, 1)
        .node("Conv", "x w1", "short")
        .node("Relu", "short", "one")
        .node("Conv", "x w2", "reduced")
        .node("Relu", "reduced", "narrow")
        .node("Conv", "narrow w3", "wide", attribute("pads", 1, 1, 1, 1))
        .node("Relu", "wide", "two")
        .node(
            "MaxPool", "x", "pool", attribute("kernel_shape", 2, 2), attribute("pads", 0, 0, 1, 1))
        .node("Conv", "pool w4", "pooled")
        .node("Relu", "pooled", "three")
        .node("Concat", "one two three", "y", TestNetwork.number("axis", 1))
        .output("y");
  }

  private static void agrees(Prepared p) {
    ThreeParties.Outcome<Outcome> shares = new ThreeParties(5).run(b -> SecretRunTest.run(b, p));
    OnnxPlan plan = OnnxPlan.of(p.program(), p.ranges());

    assertThat(shares.results().getFirst().output()).containsExactly(p.exact(), within(1e-3));
    assertThat(SecretRunTest.run(new ClearBackend(), p).output())
        .containsExactly(p.exact(), within(1e-3));
    assertThat(shares.results().getFirst().cost()).isEqualTo(plan.total());
    assertThat(shares.counted().bytes()).isEqualTo(shares.declared().bytes());
    assertThat(shares.counted().rounds()).isLessThanOrEqualTo(shares.declared().rounds());
  }

  @Test
  void threeBranchesTakeTheRoundsOfOne() {
    Prepared one = SecretRunTest.prepared(branches(1));
    Prepared three = SecretRunTest.prepared(branches(3));

    long rounds = OnnxPlan.of(one.program(), one.ranges()).total().rounds();
    assertThat(rounds).isEqualTo(ROUNDS_OF_PRODUCTS + ROUNDS_OF_RELUS);
    assertThat(OnnxPlan.of(three.program(), three.ranges()).total().rounds()).isEqualTo(rounds);
    agrees(three);
  }

  /** Three convolutions in parallel, their ReLUs, and the same once more for the long branches. */
  @Test
  void shortBranchesWaitForLongOnes() {
    Prepared p = SecretRunTest.prepared(inception());

    long levelsOfPool = 2;
    assertThat(OnnxPlan.of(p.program(), p.ranges()).total().rounds())
        .isEqualTo(2 * (ROUNDS_OF_PRODUCTS + ROUNDS_OF_RELUS) + levelsOfPool * ROUNDS_OF_RELUS);
    agrees(p);
  }

  /** A node of one branch. */
  @FunctionalInterface
  private interface Branch {
    void addTo(TestNetwork network, String from, String to);
  }

  /** Branches from inputs with 1, 2, .. channels. */
  private static TestNetwork sideBySide(int count, Branch branch, boolean joined) {
    TestNetwork network =
        new TestNetwork().tensor("low", List.of(), -1).tensor("high", List.of(), 1.5f);
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < count; i++) {
      network.input("x" + i, 1, i + 1L, 4, 4);
      branch.addTo(network, "x" + i, "y" + i);
      all.append("y").append(i).append(' ');
      if (!joined) {
        network.output("y" + i);
      }
    }
    return joined
        ? network
            .node("Concat", all.toString().strip(), "y", TestNetwork.number("axis", 1))
            .output("y")
        : network;
  }

  private static long rounds(TestNetwork network) {
    Prepared p = SecretRunTest.prepared(network);
    return OnnxPlan.of(p.program(), p.ranges()).total().rounds();
  }

  private static void takesTheRoundsOfOne(Branch branch) {
    long rounds = rounds(sideBySide(1, branch, false));

    assertThat(rounds).isPositive();
    assertThat(rounds(sideBySide(3, branch, false))).isEqualTo(rounds);
    agrees(SecretRunTest.prepared(sideBySide(3, branch, true)));
  }

  @Test
  void poolsOfParallelBranchesRunTogether() {
    takesTheRoundsOfOne(
        (network, from, to) -> network.node("MaxPool", from, to, attribute("kernel_shape", 2, 2)));
    takesTheRoundsOfOne((network, from, to) ->
        network.node("AveragePool", from, to, attribute("kernel_shape", 3, 3)));
  }

  /** The short tournament ends, and the long one goes on. */
  @Test
  void poolsOfOtherSizesTakeTheRoundsOfTheLargest() {
    Branch pool =
        (network, from, to) -> {
          long size = from.equals("x0") ? 4 : 2;
          network.node("MaxPool", from, to, attribute("kernel_shape", size, 1));
        };

    long largest = rounds(sideBySide(1, pool, false));
    assertThat(rounds(sideBySide(3, pool, false))).isEqualTo(largest);
    assertThat(largest).isEqualTo(2 * ROUNDS_OF_RELUS);
    agrees(SecretRunTest.prepared(sideBySide(3, pool, false)));
  }

  @Test
  void functionsOfParallelBranchesRunTogether() {
    takesTheRoundsOfOne((network, from, to) -> network.node("Sigmoid", from, to));
    takesTheRoundsOfOne((network, from, to) -> network.node("Exp", from, to));
    takesTheRoundsOfOne((network, from, to) -> network.node("Softmax", from, to));
    takesTheRoundsOfOne((network, from, to) -> network.node("Clip", from + " low high", to));
    takesTheRoundsOfOne((network, from, to) -> network.node("Mul", from + " " + from, to));
    takesTheRoundsOfOne(
        (network, from, to) -> network.node("ArgMax", from, to, TestNetwork.number("axis", 2)));
  }

  /** Signs are signs: a ReLU, a clip and a comparison share their rounds. */
  @Test
  void comparisonsOfAllKindsRunTogether() {
    TestNetwork network =
        new TestNetwork()
            .input("x", 1, 4)
            .input("y", 1, 4)
            .tensor("low", List.of(), -1)
            .tensor("high", List.of(), 1.5f)
            .node("Relu", "x", "a")
            .node("Clip", "y low high", "b")
            .node("Less", "x y", "c")
            .node("Cast", "c", "d", TestNetwork.number("to", 1))
            .node("Concat", "a b d", "z", TestNetwork.number("axis", 1))
            .output("z");
    Prepared p = SecretRunTest.prepared(network);

    assertThat(OnnxPlan.of(p.program(), p.ranges()).total().rounds())
        .isLessThanOrEqualTo(ROUNDS_OF_RELUS + 2);
    agrees(p);
  }
}
