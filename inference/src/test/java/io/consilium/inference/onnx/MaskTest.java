package io.consilium.inference.onnx;

import static io.consilium.inference.onnx.OperatorTest.gives;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.inference.onnx.program.ModelRefused;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scores that a softmax must not see: minus infinity and whatever stands for it. */
final class MaskTest {
  private static final double[] SCORES = {0.5, -1, 2, 1.25, 0.75, -0.5};

  /** Two rows, of which the last of the first row and the first of the second are masked. */
  private static double[] expected() {
    double a = Math.exp(0.5);
    double b = Math.exp(-1);
    double c = Math.exp(0.75);
    double d = Math.exp(-0.5);
    return new double[] {a / (a + b), b / (a + b), 0, 0, c / (c + d), d / (c + d)};
  }

  private static TestNetwork masked(float mask) {
    return new TestNetwork()
        .input("x", 2, 3)
        .tensor("mask", List.of(2L, 3L), 0, 0, mask, mask, 0, 0);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NEGATIVE_INFINITY, -1e9f, -1e4f, -Float.MAX_VALUE})
  void aMaskThatIsAddedHides(float mask) {
    gives(
        masked(mask).node("Add", "x mask", "z").node("Softmax", "z", "y").output("y"),
        expected(),
        SCORES);
  }

  @ParameterizedTest
  @ValueSource(floats = {-1e9f, -1e4f, -Float.MAX_VALUE, Float.NEGATIVE_INFINITY})
  void aPublicConditionHides(float mask) {
    gives(
        new TestNetwork()
            .input("x", 2, 3)
            .integers("c", 0, 0, 1, 1, 0, 0)
            .integers("shape", 2, 3)
            .tensor("mask", List.of(), mask)
            .node("Cast", "c", "b", TestNetwork.number("to", 9))
            .node("Reshape", "b shape", "m")
            .node("Where", "m mask x", "z")
            .node("Softmax", "z", "y")
            .output("y"),
        expected(),
        SCORES);
  }

  @ParameterizedTest
  @ValueSource(floats = {-1e9f, -1e4f, -Float.MAX_VALUE, Float.NEGATIVE_INFINITY})
  void aSecretConditionHides(float mask) {
    gives(
        new TestNetwork()
            .input("x", 2, 3)
            .input("m", 2, 3)
            .tensor("half", List.of(), 0.5f)
            .tensor("mask", List.of(), mask)
            .node("Less", "m half", "b")
            .node("Where", "b mask x", "z")
            .node("Softmax", "z", "y")
            .output("y"),
        expected(),
        SCORES,
        new double[] {1, 1, 0, 0, 1, 1});
  }

  @ParameterizedTest
  @ValueSource(floats = {-1e9f, -1e4f, -Float.MAX_VALUE})
  void aSecretMaskIsMultiplied(float mask) {
    gives(
        new TestNetwork()
            .input("x", 2, 3)
            .input("m", 2, 3)
            .tensor("one", List.of(), 1)
            .tensor("mask", List.of(), mask)
            .node("Sub", "one m", "n")
            .node("Mul", "n mask", "k")
            .node("Add", "x k", "z")
            .node("Softmax", "z", "y")
            .output("y"),
        expected(),
        SCORES,
        new double[] {1, 1, 0, 0, 1, 1});
  }

  @Test
  void aSoftmaxInPiecesSeesNoMask() {
    gives(
        masked(Float.NEGATIVE_INFINITY)
            .node("Add", "x mask", "z")
            .node("ReduceMax", "z", "m", TestNetwork.attribute("axes", 1))
            .node("Sub", "z m", "s")
            .node("Exp", "s", "e")
            .node("ReduceSum", "e axis", "t")
            .integers("axis", 1)
            .node("Div", "e t", "y")
            .output("y"),
        expected(),
        SCORES);
  }

  @Test
  void infinityElsewhereIsRefusedByItsReader() {
    TestNetwork network =
        masked(Float.NEGATIVE_INFINITY)
            .node("Add", "x mask", "z")
            .node("Sqrt", "z", "y")
            .output("y");

    assertThatThrownBy(network::program)
        .isInstanceOf(ModelRefused.class)
        .hasMessageContaining("the Sqrt")
        .hasMessageContaining("minus infinity");
  }
}
