package io.consilium.bench.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.bench.networks.MadeUpWeights;
import io.consilium.inference.onnx.ImportOptions;
import io.consilium.inference.onnx.ModelLimits;
import io.consilium.inference.onnx.OnnxFile;
import io.consilium.inference.onnx.OnnxImport;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.proto.AttributeProto;
import io.consilium.inference.onnx.proto.GraphProto;
import io.consilium.inference.onnx.proto.ModelProto;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.inference.onnx.proto.OperatorSetIdProto;
import io.consilium.inference.onnx.proto.TensorProto;
import io.consilium.inference.onnx.proto.TensorShapeProto;
import io.consilium.inference.onnx.proto.TypeProto;
import io.consilium.inference.onnx.proto.ValueInfoProto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Architectures whose weights were replaced by constants. */
final class LightTrialTest {
  private static final int FLOAT = 1;
  private static final int INT64 = 7;
  private static final int CHANNELS = 4;
  private static final double WEIGHT = 0.5;

  @TempDir private Path directory;

  private static ValueInfoProto value(String name, long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : dims) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(FLOAT).setShape(shape)))
        .build();
  }

  private static NodeProto node(String operator, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }

  private static NodeProto constant(String output, String shape) {
    TensorProto number =
        TensorProto.newBuilder().setDataType(FLOAT).addDims(1).addFloatData((float) WEIGHT).build();
    return node("ConstantOfShape", output, shape).toBuilder()
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("value")
                .setType(AttributeProto.AttributeType.TENSOR)
                .setT(number))
        .build();
  }

  private static TensorProto shape(String name, Long... dims) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(INT64)
        .addDims(dims.length)
        .addAllInt64Data(List.of(dims))
        .build();
  }

  /** A convolution of single points and a ReLU. */
  private static ModelProto model() {
    GraphProto graph =
        GraphProto.newBuilder()
            .addInput(value("x", 1, 1, 2, 2))
            .addInitializer(shape("shape of w", (long) CHANNELS, 1L, 1L, 1L))
            .addInitializer(shape("shape of b", (long) CHANNELS))
            .addNode(constant("w", "shape of w"))
            .addNode(constant("b", "shape of b"))
            .addNode(node("Conv", "a", "x", "w", "b"))
            .addNode(node("Relu", "y", "a"))
            .addOutput(value("y", 1, CHANNELS, 2, 2))
            .build();
    return ModelProto.newBuilder()
        .setIrVersion(3)
        .setGraph(graph)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(9))
        .build();
  }

  /** The model and what it makes of 0, 1/4, 2/4 and 3/4, times a factor. */
  private TestFolder folder(double factor) throws Exception {
    TensorProto.Builder output =
        TensorProto.newBuilder()
            .setDataType(FLOAT)
            .addAllDims(List.of(1L, (long) CHANNELS, 2L, 2L));
    for (int i = 0; i < 4 * CHANNELS; i++) {
      output.addFloatData((float) (factor * (WEIGHT * (i % 4) / 4 + WEIGHT)));
    }
    Files.write(directory.resolve("light_small.onnx"), model().toByteArray());
    Files.write(directory.resolve("light_small_output_0.pb"), output.build().toByteArray());
    List<TestFolder> found = TestFolder.below(directory);
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  @Test
  void anArchitectureRunsInTheClearAndOnShares() throws Exception {
    TestFolder test = folder(1);

    assertThat(test.name()).isEqualTo("light_small");
    assertThat(test.isLight()).isTrue();
    assertThat(new Trial(test, new LocalTrio()).problem()).isEmpty();
  }

  @Test
  void anotherOutputFails() throws Exception {
    assertThat(new Trial(folder(1.1), new LocalTrio()).problem())
        .hasValueSatisfying(problem -> assertThat(problem).startsWith("in the clear, element"));
  }

  @Test
  void everyConstantBecomesWeights() {
    Program program =
        OnnxImport.translate(
            new OnnxFile.Model(MadeUpWeights.in(model(), 3), directory),
            ImportOptions.secretWeights(),
            ModelLimits.DEFAULT);

    assertThat(program.weights().stream().map(weight -> weight.shape().size()).toList())
        .isEqualTo(Collections.nCopies(2, CHANNELS));
    double[] filters = program.weights().getFirst().known().elements();
    assertThat(Arrays.stream(filters).distinct().count()).isEqualTo(CHANNELS);
  }
}
