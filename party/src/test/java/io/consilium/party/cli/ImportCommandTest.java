package io.consilium.party.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.consilium.inference.onnx.proto.AttributeProto;
import io.consilium.inference.onnx.proto.GraphProto;
import io.consilium.inference.onnx.proto.ModelProto;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.inference.onnx.proto.OperatorSetIdProto;
import io.consilium.inference.onnx.proto.TensorProto;
import io.consilium.inference.onnx.proto.TensorShapeProto;
import io.consilium.inference.onnx.proto.TypeProto;
import io.consilium.inference.onnx.proto.ValueInfoProto;
import io.consilium.party.cli.Shell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImportCommandTest {
  private static final int FLOAT = 1;

  @TempDir private Path directory;

  private static TensorProto tensor(String name, long rows, float... elements) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(FLOAT)
            .addDims(rows)
            .addDims(elements.length / rows);
    for (float element : elements) {
      tensor.addFloatData(element);
    }
    return tensor.build();
  }

  /** y = operator(x w), with x [1, 2] and w [2, 2]. */
  private Path model(String operator) throws IOException {
    TensorShapeProto shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(1))
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(2))
            .build();
    TypeProto type =
        TypeProto.newBuilder()
            .setTensorType(TypeProto.Tensor.newBuilder().setElemType(FLOAT).setShape(shape))
            .build();
    GraphProto graph =
        GraphProto.newBuilder()
            .addInput(ValueInfoProto.newBuilder().setName("x").setType(type))
            .addOutput(ValueInfoProto.newBuilder().setName("y"))
            .addInitializer(tensor("w", 2, 1, -2, 3, 4))
            .addNode(node("MatMul", "x", "a").toBuilder().addInput("w"))
            .addNode(node(operator, "a", "y"))
            .build();
    ModelProto model =
        ModelProto.newBuilder()
            .setGraph(graph)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
            .build();
    return Files.write(directory.resolve("model.onnx"), model.toByteArray());
  }

  private static NodeProto node(String operator, String input, String output) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName("the " + operator)
        .addInput(input)
        .addOutput(output)
        .build();
  }

  private Path samples() throws IOException {
    Path set = Files.createDirectories(directory.resolve("samples/test_data_set_0"));
    Files.write(set.resolve("input_0.pb"), tensor("x", 1, 0.5f, -0.25f).toByteArray());
    return set.getParent();
  }

  @Test
  void aPlanNamesNodesFormatsAndCosts() throws IOException {
    Result result = Shell.run("import", model("Relu"), "--check");

    assertThat(result.exit()).isZero();
    assertThat(result.out())
        .contains("input 'x' [1, 2]")
        .contains("4 secret numbers in 1 tensors")
        .contains("MatMul 'the MatMul'")
        .contains("Relu 'the Relu'")
        .contains("rounds");
  }

  @Test
  void samplesTellHowFarFixedPointIsFromFloatingPoint() throws Exception {
    Result result =
        Shell.run("import", model("Sigmoid"), "--check", "--samples", samples(), "--json");

    assertThat(result.exit()).isZero();
    JsonNode json = new ObjectMapper().readTree(result.out());
    assertThat(json.at("/fixedPoint/samples").asInt()).isEqualTo(1);
    assertThat(json.at("/fixedPoint/sameLargest").asInt()).isEqualTo(1);
    assertThat(json.at("/fixedPoint/errorMax").asDouble()).isLessThan(1e-3);
    assertThat(json.at("/fixedPoint/outOfRange")).isEmpty();
    assertThat(json.at("/rounds").asLong()).isPositive();
  }

  @Test
  void whatCannotBeImportedIsBadData() throws IOException {
    Result unsupported = Shell.run("import", model("Det"), "--check");
    Result misshapen = Shell.run("import", model("LSTM"), "--check");
    Result missing = Shell.run("import", directory.resolve("none.onnx"), "--check");
    Result noSamples = Shell.run("import", model("Relu"), "--check", "--samples", directory);

    assertThat(unsupported.exit()).isEqualTo(65);
    assertThat(unsupported.err()).contains("Det 'the Det'").contains("import --operators");
    assertThat(misshapen.exit()).isEqualTo(65);
    assertThat(misshapen.err()).contains("LSTM 'the LSTM'").contains("no steps and batch");
    assertThat(missing.exit()).isEqualTo(65);
    assertThat(missing.err()).contains("none.onnx");
    assertThat(noSamples.exit()).isEqualTo(65);
    assertThat(noSamples.err()).contains("test_data_set_0");
  }

  /** A factor that a node makes is public, and the owner of the model reads that before. */
  @Test
  void singleNumbersThatArePublicAreListed() throws IOException {
    ModelProto.Builder scaled = ModelProto.parseFrom(Files.readAllBytes(model("Relu"))).toBuilder();
    AttributeProto value =
        AttributeProto.newBuilder()
            .setName("value_float")
            .setType(AttributeProto.AttributeType.FLOAT)
            .setF(0.5f)
            .build();
    scaled
        .getGraphBuilder()
        .addNode(NodeProto.newBuilder().setOpType("Constant").addOutput("half").addAttribute(value))
        .addNode(node("Mul", "y", "z").toBuilder().addInput("half"))
        .setOutput(0, ValueInfoProto.newBuilder().setName("z"));
    Path file = Files.write(directory.resolve("scaled.onnx"), scaled.build().toByteArray());

    assertThat(Shell.run("import", file, "--check").out())
        .contains("only enter arithmetic: 1 single numbers of Constant nodes: half");
    JsonNode json =
        new ObjectMapper().readTree(Shell.run("import", file, "--check", "--json").out());
    assertThat(json.path("publicNumbers")).extracting(JsonNode::asText).containsExactly("half");
  }

  @Test
  void outputsMayBeChosen() throws IOException {
    Result inner = Shell.run("import", model("Det"), "--check", "--outputs", "a");
    Result none = Shell.run("import", model("Relu"), "--check", "--outputs", "z");

    assertThat(inner.exit()).isZero();
    assertThat(inner.out()).contains("output 'a'").doesNotContain("Det");
    assertThat(none.exit()).isEqualTo(65);
    assertThat(none.err()).contains("no value 'z'").contains("'y'");
  }

  /** More numbers than a question may have, which only the parties used to refuse. */
  @Test
  void aCheckRefusesWhatThePartiesRefuse() throws IOException {
    TensorShapeProto shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(1 << 23))
            .build();
    ModelProto.Builder large = ModelProto.parseFrom(Files.readAllBytes(model("Relu"))).toBuilder();
    GraphProto.Builder graph = large.getGraphBuilder().clearNode();
    graph.getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setShape(shape);
    graph.addNode(node("Relu", "x", "y"));
    Path file = Files.write(directory.resolve("large.onnx"), large.build().toByteArray());

    Result check = Shell.run("import", file, "--check");

    assertThat(check.exit()).isEqualTo(65);
    assertThat(check.err()).contains("cannot be imported").contains("8388608 numbers");
  }

  @Test
  void mistakesGetASentence() throws IOException {
    assertThat(Shell.run("import").exit()).isEqualTo(64);
    assertThat(Shell.run("import", model("Relu")).err()).contains("--check");
    assertThat(Shell.run("import", model("Relu"), "--check", "--range", "-1").exit()).isEqualTo(64);
    assertThat(Shell.run("import", model("Relu"), "--check", "--output", "all").err())
        .contains("logits, probabilities, class, topK");
    assertThat(Shell.run("import", model("Relu"), "--check", "--k", "2").exit()).isEqualTo(64);
    assertThat(Shell.run("import", model("Relu"), "--name", "x").exit()).isEqualTo(64);
  }

  @Test
  void whatAnAnswerTellsIsPartOfThePlan() throws IOException {
    Result all = Shell.run("import", model("Relu"), "--check");
    Result best = Shell.run("import", model("Relu"), "--check", "--output", "topK", "--k", "2");
    Result open = Shell.run("import", model("Relu"), "--check", "--weights", "public");
    Result tooMany = Shell.run("import", model("Relu"), "--check", "--output", "topK", "--k", "3");

    assertThat(all.out()).doesNotContain("IndicesOfLargest");
    assertThat(best.exit()).isZero();
    assertThat(best.out()).contains("the answer", "IndicesOfLargest");
    assertThat(open.out()).contains("0 secret numbers");
    assertThat(tooMany.exit()).isEqualTo(65);
    assertThat(tooMany.err()).contains("2 classes apart");
  }

  @Test
  void theOperatorsAreListed() {
    Result result = Shell.run("import", "--operators");

    assertThat(result.exit()).isZero();
    assertThat(result.out().lines()).contains("Conv", "ConvTranspose", "Softmax");
  }
}
