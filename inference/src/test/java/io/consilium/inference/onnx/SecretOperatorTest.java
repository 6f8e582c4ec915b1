package io.consilium.inference.onnx;

import static io.consilium.inference.onnx.OperatorTest.gives;
import static io.consilium.inference.onnx.TestGraphs.INT64;
import static io.consilium.inference.onnx.TestGraphs.INT8;
import static io.consilium.inference.onnx.TestGraphs.tensor;
import static io.consilium.inference.onnx.TestNetwork.attribute;
import static io.consilium.inference.onnx.TestNetwork.number;
import static io.consilium.inference.onnx.TestNetwork.real;
import static io.consilium.inference.onnx.TestNetwork.text;

import io.consilium.inference.onnx.proto.TensorProto;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Operators that models compute of secrets where others compute them of shapes only. */
final class SecretOperatorTest {
  private static double[] of(double... elements) {
    return elements;
  }

  /** Truth values of two secrets, by comparison with zero. */
  private static TestNetwork truths() {
    return new TestNetwork()
        .input("x", 4)
        .input("y", 4)
        .reals("zero", 0)
        .node("Less", "zero x", "a")
        .node("Less", "zero y", "b");
  }

  @ParameterizedTest
  @CsvSource({
    "And, 0, 0, 0, 1",
    "Or, 0, 1, 1, 1",
    "Xor, 0, 1, 1, 0",
    "Equal, 1, 0, 0, 1",
  })
  void truthValuesAreCombined(String operator, double a, double b, double c, double d) {
    gives(
        truths().node(operator, "a b", "z").output("z"),
        of(a, b, c, d),
        of(-1, -1, 1, 1),
        of(-2, 3, -2, 3));
  }

  @Test
  void notTurnsATruthValueRound() {
    gives(
        truths().node("Not", "a", "z").output("z"),
        of(1, 1, 0, 0),
        of(-1, 0, 1, 2),
        of(0, 0, 0, 0));
  }

  @Test
  void equalNumbersAreFound() {
    gives(
        new TestNetwork().input("x", 4).input("y", 4).node("Equal", "x y", "z").output("z"),
        of(1, 0, 1, 0),
        of(1.5, 1.5, -300, 0),
        of(1.5, 1.50001, -300, -1));
  }

  @Test
  void aSecretConditionChooses() {
    gives(
        truths().node("Where", "a x y", "z").output("z"),
        of(5, -3, 7, 1e-4),
        of(-1, -3.5, 7, 1e-4),
        of(5, -3, 2, 9));
  }

  @Test
  void numbersAreRoundedAsTheStandardSays() {
    double[] x = {0.9, 2.5, 2.3, 1.5, -4.5, -1.5, -0.5, 0.5, 3, -2.2};
    gives(
        new TestNetwork().input("x", 10).node("Round", "x", "y").output("y"),
        of(1, 2, 2, 2, -4, -2, 0, 0, 3, -2),
        x);
    gives(
        new TestNetwork().input("x", 10).node("Floor", "x", "y").output("y"),
        of(0, 2, 2, 1, -5, -2, -1, 0, 3, -3),
        x);
    gives(
        new TestNetwork().input("x", 10).node("Ceil", "x", "y").output("y"),
        of(1, 3, 3, 2, -4, -1, 0, 1, 3, -2),
        x);
  }

  @Test
  void theLargestFewAreFoundWithTheirPlaces() {
    double[] x = {3, 9, 9, -1, 5, 4, 4, 8};
    gives(top(1, "values", "places"), of(9, 9, 3, 8, 5, 4), x);
    gives(top(1, "places", "values"), of(1, 2, 0, 3, 0, 1), x);
    gives(top(0, "values", "places"), of(-1, 3, 9, 4, 4, 5), x);
    gives(top(0, "places", "values"), of(3, 0, 1, 1, 2, 0), x);
  }

  private static TestNetwork top(long largest, String first, String second) {
    return new TestNetwork()
        .input("x", 2, 4)
        .integers("k", 3)
        .node("TopK", "x k", "values places", number("largest", largest))
        .output(first)
        .output(second);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 1, 3, 6, 4, 9, 15",
    "1, 0, 0, 1, 3, 0, 4, 9",
    "0, 1, 6, 5, 3, 15, 11, 6",
    "1, 1, 5, 3, 0, 11, 6, 0",
  })
  void sumsGrowAlongAnAxis(
      long exclusive, long reverse, double a, double b, double c, double d, double e, double f) {
    gives(
        new TestNetwork()
            .input("x", 2, 3)
            .integers("axis", 1)
            .node(
                "CumSum", "x axis", "y", number("exclusive", exclusive), number("reverse", reverse))
            .output("y"),
        of(a, b, c, d, e, f),
        of(1, 2, 3, 4, 5, 6));
  }

  private static void einsum(String equation, double[] expected, Object... shapesAndElements) {
    TestNetwork network = new TestNetwork();
    StringBuilder names = new StringBuilder();
    double[][] inputs = new double[shapesAndElements.length / 2][];
    for (int i = 0; i < inputs.length; i++) {
      network.input("x" + i, (long[]) shapesAndElements[2 * i]);
      names.append(i == 0 ? "" : " ").append("x").append(i);
      inputs[i] = (double[]) shapesAndElements[2 * i + 1];
    }
    gives(
        network.node("Einsum", names.toString(), "y", text("equation", equation)).output("y"),
        expected,
        inputs);
  }

  private static long[] shape(long... dims) {
    return dims;
  }

  @Test
  void sumsOfProductsFollowTheirLetters() {
    double[] a = {1, 2, 3, 4};
    double[] b = {5, 6, 7, 8};
    einsum("ij,jk->ik", of(19, 22, 43, 50), shape(2, 2), a, shape(2, 2), b);
    einsum("ij,kj->ki", of(17, 39, 23, 53), shape(2, 2), a, shape(2, 2), b);
    einsum("ii", of(5), shape(2, 2), a);
    einsum("ii->i", of(1, 4), shape(2, 2), a);
    einsum("ij->ji", of(1, 3, 2, 4), shape(2, 2), a);
    einsum("ij->", of(10), shape(2, 2), a);
    einsum("i,j->ij", of(3, 4, 6, 8), shape(2), of(1, 2), shape(2), of(3, 4));
    einsum("ij,ij->ij", of(5, 12, 21, 32), shape(2, 2), a, shape(2, 2), b);
    einsum("ij,ij", of(70), shape(2, 2), a, shape(2, 2), b);
    einsum("bij,bjk->bik", of(17, 48), shape(2, 1, 2), a, shape(2, 2, 1), of(5, 6, 5, 8.25));
    einsum("...ij,jk->...ik", of(17, 39), shape(2, 1, 2), a, shape(2, 1), of(5, 6));
    einsum("ij,jk,k->i", of(63, 143), shape(2, 2), a, shape(2, 2), b, shape(2), of(1, 2));
  }

  @Test
  void rootMeanSquaresNormalise() {
    double root = Math.sqrt((1 + 4 + 4) / 3.0);
    gives(
        new TestNetwork()
            .input("x", 1, 3)
            .reals("scale", 1, 2, -1)
            .node("RMSNormalization", "x scale", "y", real("epsilon", 0))
            .output("y"),
        of(1 / root, 4 / root, 2 / root),
        of(1, 2, -2));
  }

  private static TensorProto zero(int type, int number) {
    return TensorProto.newBuilder().setName("zero").setDataType(type).addInt32Data(number).build();
  }

  @Test
  void activationsAreQuantisedAsTheStandardSays() {
    double[] x = {0, 2, 3, 1000, -254, -1000, 1, -1};
    gives(
        new TestNetwork()
            .input("x", 8)
            .tensor("scale", List.of(), 2)
            .initialiser(zero(2, 128))
            .node("QuantizeLinear", "x scale zero", "y")
            .output("y"),
        of(128, 129, 130, 255, 1, 0, 128, 128),
        x);
    gives(
        new TestNetwork()
            .input("x", 8)
            .tensor("scale", List.of(), 2)
            .initialiser(zero(3, -1))
            .node("QuantizeLinear", "x scale zero", "q")
            .node("DequantizeLinear", "q scale zero", "y")
            .output("y"),
        of(0, 2, 4, 256, -254, -254, 0, 0),
        x);
  }

  @Test
  void eachChannelHasItsScale() {
    gives(
        new TestNetwork()
            .input("x", 1, 2, 2)
            .reals("scale", 2, 0.5f)
            .node("QuantizeLinear", "x scale", "q", number("axis", 1))
            .node("DequantizeLinear", "q scale", "y", number("axis", 1))
            .output("y"),
        of(4, 10, 1.5, 127.5),
        of(4.9, 9.2, 1.6, 200));
  }

  @Test
  void paddingWithMinusInfinityIsNoElement() {
    gives(
        new TestNetwork()
            .input("x", 1, 1, 2, 2)
            .integers("pads", 0, 0, 1, 1, 0, 0, 1, 1)
            .tensor("fill", List.of(), Float.NEGATIVE_INFINITY)
            .node("Pad", "x pads fill", "p")
            .node("MaxPool", "p", "y", attribute("kernel_shape", 2, 2), attribute("strides", 2, 2))
            .output("y"),
        of(-1, -2, -3, -4),
        of(-1, -2, -3, -4));
  }

  @Test
  void aBoundAtInfinityIsNone() {
    gives(
        new TestNetwork()
            .input("x", 3)
            .tensor("low", List.of(), 0)
            .tensor("high", List.of(), Float.POSITIVE_INFINITY)
            .node("Clip", "x low high", "y")
            .output("y"),
        of(0, 0.5, 7),
        of(-3, 0.5, 7));
    gives(
        new TestNetwork()
            .input("x", 3)
            .tensor("none", List.of(), Float.POSITIVE_INFINITY)
            .node("Min", "x none", "y")
            .output("y"),
        of(-3, 0.5, 7),
        of(-3, 0.5, 7));
  }

  // ---- products of quantised factors -----------------------------------------------------------

  private static final int UINT8 = 2;
  private static final int INT32 = 6;

  /** Activations in halves around 128, and weights in quarters around a zero. */
  private static TestNetwork quantised(List<Long> x, List<Long> w, double zero, double... weights) {
    return new TestNetwork()
        .input("x", x.stream().mapToLong(Long::longValue).toArray())
        .tensor("xs", List.of(), 0.5f)
        .initialiser(tensor("xz", UINT8, List.of(), 128))
        .node("QuantizeLinear", "x xs xz", "q")
        .initialiser(tensor("w", INT8, w, weights))
        .tensor("ws", List.of(), 0.25f)
        .initialiser(tensor("wz", INT8, List.of(), zero))
        .tensor("ys", List.of(), 0.6f)
        .initialiser(tensor("yz", UINT8, List.of(), 10))
        .output("y");
  }

  /** 3 / 2 - 1.5 / 4 = 1.125, and - 9 / 4 - 1.5 = -3.75, both in units of 0.6 from 10. */
  @Test
  void quantisedMatricesAreMultiplied() {
    gives(
        quantised(List.of(1L, 2L), List.of(2L, 2L), 0, 2, -3, 1, 4)
            .node("QLinearMatMul", "q xs xz w ws wz ys yz", "y"),
        of(12, 4),
        of(3, -1.5));
  }

  /** A bias of 4 in units of both scales is 0.5, so 3.125 and -1 come out. */
  @Test
  void quantisedImagesAreConvolved() {
    gives(
        quantised(List.of(1L, 1L, 1L, 3L), List.of(1L, 1L, 1L, 2L), 0, 2, -3)
            .initialiser(tensor("b", INT32, List.of(1L), 4))
            .node("QLinearConv", "q xs xz w ws wz ys yz b", "y"),
        of(15, 8),
        of(3, -1.5, 1));
  }

  @Test
  void integersLessTheirZerosAreMultiplied() {
    gives(
        quantised(List.of(1L, 2L), List.of(2L, 2L), 1, 2, -3, 1, 4)
            .node("MatMulInteger", "q w xz wz", "y"),
        of(6, -33),
        of(3, -1.5));
    gives(
        quantised(List.of(1L, 1L, 1L, 3L), List.of(1L, 1L, 1L, 2L), 1, 2, -3)
            .node("ConvInteger", "q w xz wz", "y"),
        of(18, -11),
        of(3, -1.5, 1));
  }

  // ---- others ----------------------------------------------------------------------------------

  @Test
  void aSwishIsTheProductWithItsGate() {
    double[] x = {-6, -1.5, 0, 0.25, 4};
    double[] y = new double[x.length];
    Arrays.setAll(y, i -> x[i] / (1 + Math.exp(-2 * x[i])));

    gives(
        new TestNetwork().input("x", 5).node("Swish", "x", "y", real("alpha", 2)).output("y"),
        y,
        x);
  }

  @Test
  void secretsAreTakenFromPublicPlaces() {
    TestNetwork elements =
        new TestNetwork()
            .input("x", 2, 2)
            .initialiser(tensor("i", INT64, List.of(2L, 2L), 0, 0, -1, 0))
            .node("GatherElements", "x i", "y", number("axis", 1))
            .output("y");
    TestNetwork points =
        new TestNetwork()
            .input("x", 2, 2)
            .initialiser(tensor("i", INT64, List.of(3L, 2L), 0, 1, 1, 0, 1, -1))
            .node("GatherND", "x i", "y")
            .output("y");

    gives(elements, of(1, 1, 4, 3), of(1, 2, 3, 4));
    gives(points, of(2, 3, 4), of(1, 2, 3, 4));
  }
}
