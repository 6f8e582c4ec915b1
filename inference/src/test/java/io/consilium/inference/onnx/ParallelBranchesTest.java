package io.consilium.inference.onnx;

import static io.consilium.inference.onnx.TestNetwork.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.consilium.inference.onnx.SecretRunTest.Outcome;
import io.consilium.inference.onnx.SecretRunTest.Prepared;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.ThreeParties;
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
}
