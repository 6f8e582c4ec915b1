package io.consilium.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.inference.onnx.program.Convolution;
import io.consilium.inference.onnx.program.Instruction;
import io.consilium.inference.onnx.program.Program;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of a graph. */
final class TranslationTest {
  private static List<Instruction> instructions(Program program) {
    return program.computed().stream().map(value -> value.origin().orElseThrow()).toList();
  }

  private static List<String> titles(TestNetwork network) {
    return instructions(network.program()).stream().map(Instruction::title).toList();
  }

  @Test
  void aNormalisationGoesIntoTheConvolutionBefore() {
    TestNetwork network =
        new TestNetwork()
            .input("x", 1, 1, 4, 4)
            .weights("w", 1, 2, 1, 3, 3)
            .reals("two", 2, 4)
            .reals("zero", 1, -1)
            .reals("mean", 0.5f, 0)
            .reals("one", 1, 1)
            .node("Conv", "x w", "a")
            .node("BatchNormalization", "a two zero mean one", "b")
            .node("Relu", "b", "y")
            .output("y");

    assertThat(titles(network)).containsExactly("Convolution", "Rectified");
    Convolution fused = (Convolution) instructions(network.program()).getFirst();
    double[] bias = fused.bias().orElseThrow().known().elements();
    double factor = 2 / Math.sqrt(1 + 1e-5f);
    assertThat(bias[0]).isCloseTo(1 - 0.5 * factor, org.assertj.core.api.Assertions.within(1e-6));
  }

  @Test
  void aConvolutionThatOthersReadKeepsItsWeights() {
    TestNetwork network =
        new TestNetwork()
            .input("x", 1, 1, 4, 4)
            .weights("w", 1, 1, 1, 3, 3)
            .reals("s", 2)
            .reals("t", 0)
            .reals("m", 0)
            .reals("v", 1)
            .node("Conv", "x w", "a")
            .node("BatchNormalization", "a s t m v", "b")
            .node("Add", "a b", "y")
            .output("y");

    assertThat(titles(network)).containsExactly("Convolution", "Convolution", "Sum");
  }

  @Test
  void aSummandBecomesTheBiasOfAProduct() {
    TestNetwork network =
        new TestNetwork()
            .input("x", 3, 4)
            .weights("w", 1, 4, 5)
            .weights("b", 1, 5)
            .node("MatMul", "x w", "a")
            .node("Add", "a b", "y")
            .output("y");

    assertThat(titles(network)).containsExactly("Reshaped", "MatrixProduct", "Reshaped");
  }

  @Test
  void aPoolComesBeforeTheReluThatItFollows() {
    TestNetwork network =
        new TestNetwork()
            .input("x", 1, 1, 4, 4)
            .node("Relu", "x", "a")
            .node(
                "MaxPool",
                "a",
                "y",
                TestNetwork.attribute("kernel_shape", 2, 2),
                TestNetwork.attribute("strides", 2, 2))
            .output("y");

    assertThat(titles(network)).containsExactly("Gathered", "Largest", "Reshaped", "Rectified");
  }

  @Test
  void arithmeticOfShapesLeavesNothingBehind() {
    TestNetwork network =
        new TestNetwork()
            .input("x", 2, 3, 4)
            .integers("zero", 0)
            .integers("minusOne", -1)
            .node("Shape", "x", "s")
            .node("Gather", "s zero", "rows")
            .node("Concat", "rows minusOne", "shape", TestNetwork.number("axis", 0))
            .node("Reshape", "x shape", "y")
            .output("y");

    Program program = network.program();

    assertThat(titles(network)).containsExactly("Reshaped");
    assertThat(program.outputs().getFirst().value().shape().dimensions()).isEqualTo(List.of(2, 12));
  }

  @Test
  void placesOfPlacesAreOneTable() {
    TestNetwork network =
        new TestNetwork()
            .input("x", 2, 3, 4)
            .node("Transpose", "x", "a")
            .node("Transpose", "a", "b", TestNetwork.attribute("perm", 1, 0, 2))
            .node("Flatten", "b", "y")
            .output("y");

    assertThat(titles(network)).containsExactly("Gathered");
  }

  @Test
  void weightsThatDecideWhatIsComputedAreListed() {
    TestNetwork network =
        new TestNetwork()
            .input("x", 4)
            .reals("exponent", 2)
            .weights("w", 1, 4)
            .node("Pow", "x exponent", "a")
            .node("Mul", "a w", "y")
            .output("y");

    Program program = network.program();

    assertThat(program.published()).containsExactly("initialiser 'exponent'");
    assertThat(program.weights()).hasSize(1);
  }

  @Test
  void openDimensionsAreThoseThatTheImportIsTold() {
    TestNetwork network = new TestNetwork().input("x", 2, 2).node("Relu", "x", "y").output("y");
    var proto = network.proto().toBuilder();
    proto
        .getGraphBuilder()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(0)
        .clearDimValue()
        .setDimParam("rows");
    OnnxFile.Model model = new OnnxFile.Model(proto.build(), network.model().directory());
    var shape = io.consilium.protocols.Shape.matrix(5, 2);
    ImportOptions options = new ImportOptions(Map.of("x", shape), Map.of(), false);

    Program program = OnnxImport.translate(model, options, ModelLimits.DEFAULT);

    assertThat(OnnxImport.inputs(model, ModelLimits.DEFAULT).getFirst().dimensions())
        .containsExactly(InputDescription.OPEN, 2);
    assertThat(program.outputs().getFirst().value().shape()).isEqualTo(shape);
  }
}
