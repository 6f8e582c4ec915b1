package io.consilium.inference.onnx;

import static io.consilium.inference.onnx.TestNetwork.attribute;
import static io.consilium.inference.onnx.TestNetwork.number;
import static io.consilium.inference.onnx.TestNetwork.real;
import static io.consilium.inference.onnx.TestNetwork.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.proto.ModelProto;
import io.consilium.protocols.rep3.ThreeParties;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Corners of single operators: in the clear as ONNX defines them, in fixed point close to that. */
final class OperatorTest {
  /** Inputs by their order; the fixed-point run may be off by an absolute and a relative error. */
  static void gives(TestNetwork network, double[] expected, double[]... inputs) {
    gives(network.proto(), expected, inputs);
  }

  static void gives(ModelProto proto, double[] expected, double[]... inputs) {
    OnnxFile.Model model = TestGraphs.model(proto);
    Program program = TestGraphs.program(proto);
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      var value = program.inputs().get(i).value();
      tensors.add(new Tensor(value.type(), value.shape(), inputs[i]));
    }
    var set = new SampleFolder.DataSet(tensors, List.of());
    CalibratedModel calibrated = CalibratedModel.of(model, List.of(set), 1);
    FixedPointCheck check = FixedPointCheck.of(calibrated, _ -> ThreeParties.any());

    double[] exact = calibrated.calibration().outputs().getFirst().getFirst();
    assertThat(exact).containsExactly(expected, within(2e-4));
    assertThat(check.brokenPromises()).isEmpty();
    assertThat(check.errorMax()).isLessThan(2e-3 + 1e-3 * check.outputMax());
  }

  private static double[] of(double... elements) {
    return elements;
  }

  private static double[] upTo(int count) {
    return DoubleStream.iterate(0, x -> x + 1).limit(count).toArray();
  }

  @Test
  void powersOfZeroAreSmall() {
    double[] x = upTo(40);
    double[] y = new double[40];
    Arrays.setAll(y, i -> 0.5 + i % 4 * 0.4);
    double[] expected = new double[40];
    Arrays.setAll(expected, i -> Math.pow(x[i], y[i]));

    gives(
        new TestNetwork().input("x", 40).input("y", 40).node("Pow", "x y", "z").output("z"),
        expected,
        x,
        y);
  }

  @Test
  void anOutputShapeBeyondTheWindowsEndsWithZeros() {
    gives(
        new TestNetwork()
            .input("x", 1, 1, 3)
            .tensor("w", List.of(1L, 1L, 3L), 1, 1, 1)
            .node(
                "ConvTranspose", "x w", "y", attribute("strides", 2), attribute("output_shape", 8))
            .output("y"),
        of(1, 1, 3, 2, 5, 3, 3, 0),
        of(1, 2, 3));
  }

  /** One over the number of elements has few bits in the format of the elements. */
  @ParameterizedTest
  @ValueSource(ints = {12_544, 200_003, 1 << 21})
  void theMeanOfManyElementsIsRight(int count) {
    double[] x = upTo(count);
    Arrays.setAll(x, i -> 3 + i % 2);

    gives(
        new TestNetwork().input("x", 1, 1, count).node("GlobalAveragePool", "x", "y").output("y"),
        of(Arrays.stream(x).average().orElseThrow()),
        x);
  }

  @Test
  void crossedBoundsGiveTheUpperOne() {
    gives(
        new TestNetwork()
            .input("x", 3)
            .input("low")
            .input("high")
            .node("Clip", "x low high", "y")
            .output("y"),
        of(1, 1, 1),
        of(-2, 0, 6),
        of(2),
        of(1));
  }

  private static TestNetwork resized(String coordinates, String mode) {
    return new TestNetwork()
        .input("x", 1, 1, 2, 2)
        .reals("roi")
        .reals("scales", 1, 1, 2, 2)
        .node(
            "Resize",
            "x roi scales",
            "y",
            text("mode", mode),
            text("coordinate_transformation_mode", coordinates))
        .output("y");
  }

  @Test
  void resizingMeetsTheExamplesOfItsDefinition() {
    double[] x = of(1, 2, 3, 4);

    gives(
        resized("align_corners", "linear"),
        of(
            1, 4 / 3.0, 5 / 3.0, 2, 5 / 3.0, 2, 7 / 3.0, 8 / 3.0, 7 / 3.0, 8 / 3.0, 3, 10 / 3.0, 3,
            10 / 3.0, 11 / 3.0, 4),
        x);
    gives(
        resized("half_pixel", "linear"),
        of(1, 1.25, 1.75, 2, 1.5, 1.75, 2.25, 2.5, 2.5, 2.75, 3.25, 3.5, 3, 3.25, 3.75, 4),
        x);
    gives(resized("half_pixel", "nearest"), of(1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4), x);
  }

  @Test
  void aWindowThatWouldBeginInThePaddingIsLeftOut() {
    gives(
        new TestNetwork()
            .input("x", 1, 1, 2, 2)
            .node(
                "AveragePool",
                "x",
                "y",
                attribute("kernel_shape", 1, 1),
                attribute("strides", 2, 2),
                attribute("pads", 0, 0, 1, 1),
                number("ceil_mode", 1))
            .output("y"),
        of(1),
        of(1, 2, 3, 4));
  }

  @Test
  void logSoftmaxTakesLargeNumbers() {
    double a = -3.4401896;

    gives(
        new TestNetwork().input("x", 2, 4).node("LogSoftmax", "x", "y").output("y"),
        of(a, a + 1, a + 2, a + 3, a, a + 1, a + 2, a + 3),
        of(0, 1, 2, 3, 10000, 10001, 10002, 10003));
  }

  @Test
  void exponentialUnitsHaveTheirTails() {
    double[] x = {-30, -10, -3, -0.5, 0, 2};
    double[] celu = Arrays.stream(x).map(a -> a > 0 ? a : 2 * Math.expm1(a / 2)).toArray();
    double[] elu = Arrays.stream(x).map(a -> a > 0 ? a : 1.5 * Math.expm1(a)).toArray();

    gives(
        new TestNetwork().input("x", 6).node("Celu", "x", "y", real("alpha", 2)).output("y"),
        celu,
        x);
    gives(
        new TestNetwork().input("x", 6).node("Elu", "x", "y", real("alpha", 1.5)).output("y"),
        elu,
        x);
  }

  @Test
  void groupsAreNormalisedByThemselves() {
    gives(
        new TestNetwork()
            .input("x", 1, 4, 1)
            .reals("s", 1, 2)
            .reals("b", 0, 1)
            .node("GroupNormalization", "x s b", "y", number("num_groups", 2), real("epsilon", 0))
            .output("y"),
        of(-1, 1, -1, 3),
        of(1, 3, 10, 20));
  }

  @Test
  void neighbouringChannelsNormalise() {
    double[] x = {1, 2, 3};
    double[] expected = {
      1 / Math.sqrt(1 + 0.5 * 5), 2 / Math.sqrt(1 + 0.5 * 14), 3 / Math.sqrt(1 + 0.5 * 13)
    };

    gives(
        new TestNetwork()
            .input("x", 1, 3, 1)
            .node("LRN", "x", "y", number("size", 3), real("alpha", 1.5), real("beta", 0.5))
            .output("y"),
        expected,
        x);
  }

  @Test
  void pixelsBecomeChannelsAndBack() {
    gives(
        new TestNetwork()
            .input("x", 1, 1, 4, 4)
            .node("SpaceToDepth", "x", "a", number("blocksize", 2))
            .node("DepthToSpace", "a", "y", number("blocksize", 2))
            .output("y"),
        upTo(16),
        upTo(16));
  }

  @Test
  void indicesOfAPoolCountColumnByColumnIfAsked() {
    gives(
        new TestNetwork()
            .input("x", 1, 1, 2, 3)
            .node(
                "MaxPool", "x", "m y", attribute("kernel_shape", 2, 2), number("storage_order", 1))
            .output("y"),
        of(2, 5),
        of(1, 5, 2, 0, 3, 9));
  }

  @Test
  void aQuotientTakesItsSignFromBoth() {
    gives(
        new TestNetwork().input("x", 4).input("y", 4).node("Div", "x y", "z").output("z"),
        of(2, -2, -2, 2),
        of(1, -1, 5, -5),
        of(0.5, 0.5, -2.5, -2.5));
  }

  @Test
  void signsAndThresholds() {
    gives(
        new TestNetwork().input("x", 3).node("Sign", "x", "y").output("y"),
        of(-1, 0, 1),
        of(-3, 0, 0.5));
    gives(
        new TestNetwork()
            .input("x", 3)
            .node("ThresholdedRelu", "x", "y", real("alpha", 2))
            .output("y"),
        of(0, 0, 2.5),
        of(-3, 1.5, 2.5));
  }

  /** Before opset 7 the smaller tensor begins at an axis of the larger one. */
  @Test
  void anOldSumBeginsAtItsAxis() {
    ModelProto.Builder old =
        new TestNetwork()
                .input("x", 2, 2)
                .input("b", 2)
                .node("Add", "x b", "y", number("axis", 0), number("broadcast", 1))
                .output("y")
                .proto()
                .toBuilder();
    old.getOpsetImportBuilder(0).setVersion(6);

    gives(old.build(), of(11, 12, 23, 24), of(1, 2, 3, 4), of(10, 20));
  }
}
