package io.consilium.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.inference.onnx.SampleFolder.DataSet;
import io.consilium.inference.onnx.program.Interval;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.protocols.rep3.ThreeParties;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Models of raw units: right to 1 % of the range of the output, or refused by a sentence. */
final class SizesTest {
  private static Optional<String> problem(TestNetwork network, double[]... samples) {
    List<DataSet> sets = new ArrayList<>();
    for (double[] sample : samples) {
      var input = network.program().inputs().getFirst().value();
      sets.add(new DataSet(List.of(new Tensor(input.type(), input.shape(), sample)), List.of()));
    }
    try {
      CalibratedModel model = CalibratedModel.of(network.model(), sets, sets.size());
      return FixedPointCheck.of(model, _ -> ThreeParties.any()).problem();
    } catch (ModelRefused e) {
      return Optional.of(e.getMessage());
    }
  }

  private static double[] of(double... elements) {
    return elements;
  }

  @Test
  void tinyWeightsOfLargeInputsCount() {
    TestNetwork network =
        new TestNetwork()
            .input("x", 1, 3)
            .tensor("w", List.of(3L, 1L), 1e-7f, 2e-7f, -1.5e-7f)
            .node("MatMul", "x w", "y")
            .output("y");

    assertThat(problem(network, of(1.2e6, 8.5e5, 2e6))).isEmpty();
  }

  @Test
  void oneHugeColumnLeavesTheTinyOnesBeside() {
    TestNetwork network =
        new TestNetwork()
            .input("x", 1, 4)
            .tensor("w", List.of(4L, 1L), 2e-7f, 0.03f, 900, -2)
            .tensor("b", List.of(1L), -2)
            .node("Gemm", "x w b", "y")
            .output("y");

    assertThat(problem(network, of(3e6, 61, 0.0011, 0.4), of(1e6, 35, 0.0007, 0.9))).isEmpty();
  }

  @Test
  void aScalerOfRawUnitsInFrontIsRight() {
    TestNetwork network =
        new TestNetwork()
            .input("x", 1, 3)
            .reals("mean", 1.7e9f, 263358, 1.4f)
            .reals("deviation", 1e6f, 97804, 0.01f)
            .node("Sub", "x mean", "c")
            .node("Div", "c deviation", "z")
            .tensor("w", List.of(3L, 1L), 0.5f, -1, 2)
            .node("MatMul", "z w", "y")
            .output("y");

    assertThat(problem(network, of(1700000512d, 250000, 1.41), of(1.7012e9, 300000, 1.38)))
        .isEmpty();
  }

  @Test
  void aVarianceThatIsTinyIsNotLost() {
    TestNetwork network =
        new TestNetwork()
            .input("x", 1, 2)
            .reals("scale", 1, 1)
            .reals("shift", 0, 0)
            .reals("mean", 0.0031f, 1000)
            .reals("variance", 1e-10f, 1e-4f)
            .node(
                "BatchNormalization",
                "x scale shift mean variance",
                "y",
                TestNetwork.real("epsilon", 1e-12))
            .output("y");

    assertThat(problem(network, of(0.00312, 1000.01), of(0.00309, 999.98))).isEmpty();
  }

  @Test
  void chainsOfVeryDifferentSizesAreRightOrRefused() {
    for (float size : new float[] {1e-12f, 1e-9f, 1e-6f, 1e3f, 1e6f, 1e9f, 1e12f}) {
      TestNetwork network =
          new TestNetwork()
              .input("x", 1, 2)
              .tensor("w", List.of(2L, 2L), size, -2 * size, 3 * size, size)
              .node("MatMul", "x w", "a")
              .node("Relu", "a", "b")
              .tensor("v", List.of(2L, 1L), 1 / size, 0.5f / size)
              .node("MatMul", "b v", "y")
              .output("y");
      Optional<String> problem = problem(network, of(0.3, 0.8), of(-0.2, 0.9));

      assertThat(problem.isEmpty() || problem.get().contains("the MatMul")).as("%s", size).isTrue();
      assertThat(problem.isEmpty() || size >= 1e9f || size <= 1e-12f)
          .as("%s: %s", size, problem)
          .isTrue();
    }
  }

  /** A tanh errs by 1e-3 whatever its argument is; behind it nothing can mend that. */
  @Test
  void whatVanishesInAnApproximationIsRefusedByItsNode() {
    TestNetwork network =
        new TestNetwork()
            .input("x", 1, 2)
            .node("Tanh", "x", "t")
            .reals("f", 1e5f)
            .node("Mul", "t f", "y")
            .output("y");

    assertThat(problem(network, of(1e-5, -2e-5)).orElseThrow()).contains("the Mul");
  }

  @Test
  void withoutSamplesMadeUpInputsShowIt() {
    TestNetwork network =
        new TestNetwork()
            .input("x", 1, 2)
            .reals("small", 1e-6f)
            .node("Mul", "x small", "s")
            .node("Sigmoid", "s", "t")
            .tensor("half", List.of(), -0.5f)
            .node("Add", "t half", "u")
            .output("u");
    CalibratedModel model = CalibratedModel.of(network.model(), new Interval(-1, 1));
    FixedPointCheck check = FixedPointCheck.of(model, _ -> ThreeParties.any());

    assertThat(check.onSamples()).isFalse();
    assertThat(check.problem().orElseThrow()).contains("output 'u'");
  }
}
