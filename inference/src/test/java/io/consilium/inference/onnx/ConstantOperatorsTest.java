package io.consilium.inference.onnx;

import static io.consilium.inference.onnx.TestGraphs.BOOL;
import static io.consilium.inference.onnx.TestGraphs.FLOAT;
import static io.consilium.inference.onnx.TestGraphs.INT64;
import static io.consilium.inference.onnx.TestGraphs.INT8;
import static io.consilium.inference.onnx.TestGraphs.constant;
import static io.consilium.inference.onnx.TestGraphs.integers;
import static io.consilium.inference.onnx.TestGraphs.node;
import static io.consilium.inference.onnx.TestGraphs.run;
import static io.consilium.inference.onnx.TestGraphs.tensor;
import static io.consilium.inference.onnx.TestGraphs.vector;
import static io.consilium.inference.onnx.TestGraphs.with;
import static io.consilium.inference.onnx.TestNetwork.attribute;
import static io.consilium.inference.onnx.TestNetwork.number;
import static io.consilium.inference.onnx.TestNetwork.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.consilium.inference.onnx.proto.TensorProto;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Operators on constants; expected values from ONNX's definitions and NumPy. */
final class ConstantOperatorsTest {
  private static final int UINT8 = 2;
  private static final Offset<Double> CLOSE = within(1e-6);
  private static final TensorProto SQUARE = tensor("m", INT64, List.of(2L, 2L), 1, 2, 3, 4);

  private static TensorProto number0(String name, double value) {
    return tensor(name, INT64, List.of(), value);
  }

  @Test
  void theRemainderHasTheSignThatFmodAsksFor() {
    TensorProto a = integers("a", -4, 7, 5, 4, -7, 8);
    TensorProto b = integers("b", 2, -3, 8, -2, 3, 5);

    assertThat(constant("Mod", 0, List.of(a, b)))
        .containsExactly(new double[] {0, -2, 5, 0, 2, 3}, CLOSE);
    assertThat(constant("Mod", 0, List.of(a, b), number("fmod", 1)))
        .containsExactly(new double[] {0, 1, 5, 0, -1, 3}, CLOSE);
    TensorProto x = vector("x", -4.5, 7.5);
    TensorProto y = vector("y", 2, -3);
    assertThat(constant("Mod", 0, List.of(x, y), number("fmod", 1)))
        .containsExactly(new double[] {-0.5, 1.5}, CLOSE);
    assertThatThrownBy(() -> constant("Mod", 0, List.of(x, y))).hasMessageContaining("fmod");
  }

  @Test
  void castsCutWrapAndTest() {
    assertThat(constant("Cast", 0, List.of(vector("a", -1.75, 0.5, 2)), number("to", INT64)))
        .containsExactly(-1, 0, 2);
    assertThat(constant("Cast", 0, List.of(vector("a", -1.75, 0, 2)), number("to", BOOL)))
        .containsExactly(1, 0, 1);
    assertThat(constant("Cast", 0, List.of(integers("a", 300, -1)), number("to", UINT8)))
        .containsExactly(44, 255);
    assertThat(
            constant("CastLike", 0, List.of(integers("a", 200), tensor("b", INT8, List.of(), 0))))
        .containsExactly(-56);
    assertThatThrownBy(() -> constant("Cast", 0, List.of(vector("a", 300)), number("to", UINT8)))
        .hasMessageContaining("300");
  }

  @Test
  void aCastLikeASecretTakesItsTypeOnly() {
    var model =
        with(
            with(new TestNetwork().input("x", 2).output("y").proto(), integers("c", 2)),
            node("CastLike", List.of("c", "x"), List.of("d")),
            node("Mul", List.of("x", "d"), List.of("y")));

    assertThat(run(model, new double[] {1.5, -1})).containsExactly(3, -2);
  }

  @Test
  void oneHotCountsFromTheEndAndLeavesOutWhatIsOutside() {
    TensorProto depth = number0("d", 3);
    TensorProto values = vector("v", 2, 5);

    assertThat(constant("OneHot", 0, List.of(integers("i", 0, -1, 7), depth, values)))
        .containsExactly(5, 2, 2, 2, 2, 5, 2, 2, 2);
    assertThat(
            constant("OneHot", 0, List.of(integers("i", 0, 2), depth, values), number("axis", 0)))
        .containsExactly(5, 2, 2, 2, 2, 5);
  }

  @Test
  void elementsAreGathered() {
    TensorProto indices = tensor("i", INT64, List.of(2L, 2L), 0, 0, 1, 0);

    assertThat(constant("GatherElements", 0, List.of(SQUARE, indices), number("axis", 1)))
        .containsExactly(1, 1, 4, 3);
    assertThat(constant("GatherND", 0, List.of(SQUARE, indices))).containsExactly(1, 3);
    assertThat(
            constant(
                "GatherND",
                0,
                List.of(SQUARE, tensor("i", INT64, List.of(2L, 1L), 1, 0)),
                number("batch_dims", 1)))
        .containsExactly(2, 3);
  }

  @Test
  void elementsAreScattered() {
    TensorProto indices = tensor("i", INT64, List.of(1L, 2L), 1, 1);
    TensorProto updates = tensor("u", INT64, List.of(1L, 2L), 10, 20);

    assertThat(constant("ScatterElements", 0, List.of(SQUARE, indices, updates)))
        .containsExactly(1, 2, 10, 20);
    assertThat(
            constant(
                "ScatterElements",
                0,
                List.of(SQUARE, indices, updates),
                number("axis", 1),
                text("reduction", "add")))
        .containsExactly(1, 32, 3, 4);
    assertThat(
            constant(
                "ScatterND", 0, List.of(SQUARE, tensor("i", INT64, List.of(1L, 1L), -1), updates)))
        .containsExactly(1, 2, 10, 20);
    assertThatThrownBy(() ->
            constant(
                "ScatterElements",
                0,
                List.of(SQUARE, indices, updates),
                text("reduction", "median")))
        .hasMessageContaining("median");
  }

  @Test
  void theLargestComeFirstAndOfEqualOnesTheFirst() {
    TensorProto x = vector("x", 1, 3, 2, 3);

    assertThat(constant("TopK", 0, List.of(x, integers("k", 3)))).containsExactly(3, 3, 2);
    assertThat(constant("TopK", 1, List.of(x, integers("k", 3)))).containsExactly(1, 3, 2);
    assertThat(constant("TopK", 1, List.of(x, integers("k", 2)), number("largest", 0)))
        .containsExactly(0, 2);
  }

  @Test
  void distinctElements() {
    TensorProto x = integers("x", 2, 1, 1, 3, 4, 3);

    assertThat(constant("Unique", 0, List.of(x))).containsExactly(1, 2, 3, 4);
    assertThat(constant("Unique", 1, List.of(x))).containsExactly(1, 0, 3, 4);
    assertThat(constant("Unique", 2, List.of(x))).containsExactly(1, 0, 0, 2, 3, 2);
    assertThat(constant("Unique", 3, List.of(x))).containsExactly(2, 1, 2, 1);
    assertThat(constant("Unique", 0, List.of(x), number("sorted", 0))).containsExactly(2, 1, 3, 4);
    assertThat(
            constant(
                "Unique",
                0,
                List.of(tensor("r", INT64, List.of(3L, 2L), 2, 1, 0, 1, 2, 1)),
                number("axis", 0)))
        .containsExactly(0, 1, 2, 1);
  }

  @Test
  void placesOfWhatIsNotZero() {
    assertThat(constant("NonZero", 0, List.of(tensor("x", INT64, List.of(2L, 2L), 1, 0, 1, 1))))
        .containsExactly(0, 1, 1, 0, 0, 1);
    assertThat(
            constant(
                "Compress",
                0,
                List.of(SQUARE, tensor("c", BOOL, List.of(2L), 0, 1)),
                number("axis", 1)))
        .containsExactly(2, 4);
  }

  @Test
  void runningSums() {
    TensorProto x = integers("x", 1, 2, 3);
    TensorProto axis = number0("axis", 0);

    assertThat(constant("CumSum", 0, List.of(x, axis))).containsExactly(1, 3, 6);
    assertThat(
            constant("CumSum", 0, List.of(x, axis), number("exclusive", 1), number("reverse", 1)))
        .containsExactly(5, 3, 0);
  }

  @Test
  void trianglesAndDiagonals() {
    assertThat(constant("Trilu", 0, List.of(SQUARE), number("upper", 0)))
        .containsExactly(1, 0, 3, 4);
    assertThat(constant("Trilu", 0, List.of(SQUARE, number0("k", 1)))).containsExactly(0, 2, 0, 0);
    assertThat(constant("EyeLike", 0, List.of(SQUARE), number("k", -1), number("dtype", FLOAT)))
        .containsExactly(0, 0, 1, 0);
  }

  @Test
  void placesThatArePublicAreGatheredOfASecret() {
    var model =
        with(
            new TestNetwork().input("x", 2, 2).output("y").proto(),
            node("Trilu", List.of("x"), List.of("y")));

    assertThat(run(model, new double[] {1, 2, 3, 4})).containsExactly(1, 2, 0, 4);
  }

  @Test
  void truthAndBits() {
    TensorProto a = tensor("a", BOOL, List.of(4L), 0, 0, 1, 1);
    TensorProto b = tensor("b", BOOL, List.of(4L), 0, 1, 0, 1);
    TensorProto bits = tensor("c", UINT8, List.of(2L), 0b1100, 0xff);
    TensorProto mask = tensor("d", UINT8, List.of(1L), 0b1010);

    assertThat(constant("And", 0, List.of(a, b))).containsExactly(0, 0, 0, 1);
    assertThat(constant("Or", 0, List.of(a, b))).containsExactly(0, 1, 1, 1);
    assertThat(constant("Xor", 0, List.of(a, b))).containsExactly(0, 1, 1, 0);
    assertThat(constant("Not", 0, List.of(a))).containsExactly(1, 1, 0, 0);
    assertThat(constant("BitwiseAnd", 0, List.of(bits, mask))).containsExactly(8, 10);
    assertThat(constant("BitwiseXor", 0, List.of(bits, mask))).containsExactly(6, 245);
    assertThat(constant("BitwiseNot", 0, List.of(bits))).containsExactly(243, 0);
    assertThat(
            constant(
                "BitShift",
                0,
                List.of(bits, tensor("s", UINT8, List.of(1L), 2)),
                text("direction", "LEFT")))
        .containsExactly(48, 252);
  }

  @Test
  void roundingAndReductions() {
    assertThat(constant("Round", 0, List.of(vector("x", 0.5, 1.5, -2.5))))
        .containsExactly(0, 2, -2);
    assertThat(constant("ReduceProd", 0, List.of(SQUARE), attribute("axes", 1)))
        .containsExactly(2, 12);
    assertThat(constant("ReduceLogSumExp", 0, List.of(vector("x", 0, 0)), number("keepdims", 0)))
        .containsExactly(new double[] {Math.log(2)}, CLOSE);
    assertThat(
            constant(
                "Where",
                0,
                List.of(
                    tensor("c", BOOL, List.of(2L), 1, 0), vector("x", 1e30), vector("y", 1, 2))))
        .containsExactly(new double[] {1e30f, 2}, within(1e20));
  }

  @Test
  void quantisationRoundsAndStaysInItsType() {
    TensorProto x = vector("x", 0, 2.5, 1000, -1000);
    TensorProto scale = tensor("s", FLOAT, List.of(), 2);
    TensorProto zero = tensor("z", UINT8, List.of(), 128);

    assertThat(constant("QuantizeLinear", 0, List.of(x, scale, zero)))
        .containsExactly(128, 129, 255, 0);
    assertThat(
            constant(
                "DequantizeLinear",
                0,
                List.of(
                    tensor("q", UINT8, List.of(2L, 2L), 130, 128, 129, 0),
                    vector("s", 2, 0.5),
                    tensor("z", UINT8, List.of(2L), 128, 128)),
                number("axis", 0)))
        .containsExactly(4, 0, 0.5, -64);
  }

  @Test
  void aShapeThatWeightsDecideIsPublished() {
    var model =
        with(
            with(new TestNetwork().input("x", 4).output("y").proto(), vector("w", 0, 1.5, 0, 2)),
            node("NonZero", List.of("w"), List.of("n")),
            node("Squeeze", List.of("n"), List.of("i")),
            node("Gather", List.of("x", "i"), List.of("y")));

    assertThat(run(model, new double[] {1, 2, 3, 4})).containsExactly(2, 4);
    assertThat(TestGraphs.program(model).published()).contains("initialiser 'w'");
  }
}
