package io.consilium.inference.onnx;

import static io.consilium.inference.onnx.TestGraphs.BOOL;
import static io.consilium.inference.onnx.TestGraphs.FLOAT;
import static io.consilium.inference.onnx.TestGraphs.INT64;
import static io.consilium.inference.onnx.TestGraphs.STRING;
import static io.consilium.inference.onnx.TestGraphs.graph;
import static io.consilium.inference.onnx.TestGraphs.node;
import static io.consilium.inference.onnx.TestGraphs.program;
import static io.consilium.inference.onnx.TestGraphs.reference;
import static io.consilium.inference.onnx.TestGraphs.run;
import static io.consilium.inference.onnx.TestGraphs.tensor;
import static io.consilium.inference.onnx.TestGraphs.value;
import static io.consilium.inference.onnx.TestGraphs.with;
import static io.consilium.inference.onnx.TestNetwork.attribute;
import static io.consilium.inference.onnx.TestNetwork.number;
import static io.consilium.inference.onnx.TestNetwork.real;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.proto.AttributeProto;
import io.consilium.inference.onnx.proto.AttributeProto.AttributeType;
import io.consilium.inference.onnx.proto.FunctionProto;
import io.consilium.inference.onnx.proto.ModelProto;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.inference.onnx.proto.OperatorSetIdProto;
import io.consilium.inference.onnx.proto.SparseTensorProto;
import io.consilium.inference.onnx.proto.TensorProto;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a graph may look like and still mean the same. */
final class NormalFormTest {
  private static final double[] X = {-1, 2};

  private static TestNetwork vector() {
    return new TestNetwork().input("x", 2);
  }

  private static void refuses(ModelProto model, String... parts) {
    assertThatThrownBy(() -> program(model))
        .isInstanceOf(ModelRefused.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  // ---- order and need --------------------------------------------------------------------------

  @Test
  void nodesInAnyOrderAreSorted() {
    ModelProto model =
        vector()
            .node("Relu", "b", "y")
            .node("Neg", "a", "b")
            .node("Neg", "x", "a")
            .output("y")
            .proto();

    assertThat(run(model, X)).containsExactly(0, 2);
  }

  @Test
  void aCycleIsNamedNodeByNode() {
    ModelProto model =
        vector()
            .node("Add", "x b", "a")
            .node("Relu", "a", "b")
            .node("Neg", "b", "y")
            .output("y")
            .proto();

    refuses(
        model,
        "cycle",
        "Add 'the Add' reads 'b' of Relu 'the Relu', which reads 'a' of Add 'the Add'");
  }

  @Test
  void whatNoOutputNeedsIsNotLookedAt() {
    TensorProto texts =
        TensorProto.newBuilder().setName("texts").setDataType(STRING).addDims(1).build();
    ModelProto model =
        with(
            vector()
                .node("Relu", "x", "y")
                .node("Det", "x", "unknown")
                .node("Add", "x nothing", "dead")
                .output("y")
                .proto(),
            texts);

    assertThat(run(model, X)).containsExactly(0, 2);
  }

  @Test
  void anUnusedInputMayBeOfAnyType() {
    ModelProto.Builder model =
        vector().input("t", 1).node("Relu", "x", "y").output("y").proto().toBuilder();
    model
        .getGraphBuilder()
        .getInputBuilder(1)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .setElemType(STRING);

    assertThat(run(model.build(), X)).containsExactly(0, 2);
  }

  /** As old files have it, in which every initialiser is listed as an input. */
  @Test
  void anInitialiserIsNoInputEvenIfNothingNeedsIt() {
    ModelProto model =
        vector()
            .input("bias", 2)
            .input("counter", 2)
            .input("thin", 2)
            .input("unread", 2)
            .tensor("bias", List.of(2L), 1, 1)
            .tensor("counter", List.of(2L), 5, 5)
            .node("Add", "x bias", "y")
            .node("Add", "counter thin", "dead")
            .output("y")
            .proto();
    ModelProto.Builder sparse = model.toBuilder();
    sparse
        .getGraphBuilder()
        .addSparseInitializer(
            SparseTensorProto.newBuilder()
                .setValues(tensor("thin", FLOAT, List.of(1L), 3))
                .setIndices(tensor("", INT64, List.of(1L), 0))
                .addDims(2));

    assertThat(OnnxImport.inputs(TestGraphs.model(sparse.build()), ModelLimits.DEFAULT))
        .extracting(InputDescription::name)
        .containsExactly("x", "unread");
  }

  // ---- outputs ---------------------------------------------------------------------------------

  private static ModelProto twoBranches() {
    return vector()
        .node("Neg", "x", "inner")
        .node("Relu", "inner", "scores")
        .node("Det", "x", "label")
        .output("label")
        .output("scores")
        .proto();
  }

  @Test
  void anOutputThatCanBeComputedIsNamedIfAnotherCannot() {
    refuses(twoBranches(), "Det 'the Det' is not supported", "--outputs scores");
  }

  @Test
  void chosenOutputsLeaveTheOthersOut() {
    ModelProto model =
        OnnxImport.withOutputs(TestGraphs.model(twoBranches()), List.of("scores", "inner")).proto();

    assertThat(program(model).outputs())
        .extracting(out -> out.name())
        .containsExactly("scores", "inner");
    assertThat(run(model, X)).containsExactly(1, 0);
    assertThatThrownBy(
            () -> OnnxImport.withOutputs(TestGraphs.model(twoBranches()), List.of("score")))
        .hasMessageContaining("'score'")
        .hasMessageContaining("'label', 'scores'");
  }

  // ---- functions -------------------------------------------------------------------------------

  private static FunctionProto.Builder function(String name, List<String> in, List<String> out) {
    return FunctionProto.newBuilder()
        .setName(name)
        .setDomain("local")
        .addAllInput(in)
        .addAllOutput(out)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(18));
  }

  private static NodeProto call(
      String name, List<String> in, List<String> out, AttributeProto... attributes) {
    return node(name, in, out, attributes).toBuilder().setDomain("local").build();
  }

  private static ModelProto withFunctions(ModelProto model, FunctionProto.Builder... functions) {
    ModelProto.Builder changed = model.toBuilder();
    for (FunctionProto.Builder function : functions) {
      changed.addFunctions(function);
    }
    return changed.build();
  }

  @Test
  void functionsMayCallFunctionsAndTakeAttributes() {
    FunctionProto.Builder leaky =
        function("leaky", List.of("a"), List.of("b"))
            .addAttribute("slope")
            .addNode(
                node(
                    "LeakyRelu",
                    List.of("a"),
                    List.of("b"),
                    reference("alpha", "slope", AttributeType.FLOAT)));
    FunctionProto.Builder twice =
        function("twice", List.of("p", "q"), List.of("r", "p"))
            .addAttributeProto(real("outer", 0.5))
            .addNode(
                call(
                    "leaky",
                    List.of("p"),
                    List.of("m"),
                    reference("slope", "outer", AttributeType.FLOAT)))
            .addNode(node("Add", List.of("m", "q"), List.of("r")));
    ModelProto model =
        with(
            withFunctions(vector().output("y").proto(), leaky, twice),
            call("twice", List.of("x", "x"), List.of("m", "same")),
            call("twice", List.of("m", "same"), List.of("y"), real("outer", 0.25)));

    // m = (-1.5, 4); y = leaky(m) + x.
    assertThat(run(model, X)).containsExactly(new double[] {-1.375, 6}, within(1e-6));
  }

  @Test
  void aFunctionHasItsOwnVersionOfTheOperators() {
    FunctionProto.Builder old =
        function("old", List.of("a"), List.of("b"))
            .setOpsetImport(0, OperatorSetIdProto.newBuilder().setVersion(12))
            .addNode(node("Softmax", List.of("a"), List.of("b"), number("axis", 1)));
    ModelProto model =
        with(
            withFunctions(new TestNetwork().input("x", 1, 2, 2).output("y").proto(), old),
            call("old", List.of("x"), List.of("y")));

    // Until version 12 a softmax went over all axes from one on.
    assertThat(run(model, new double[] {0, 0, 0, 0}))
        .containsExactly(new double[] {0.25, 0.25, 0.25, 0.25}, within(1e-9));
  }

  @Test
  void namesInsideOfAFunctionAreItsOwn() {
    NodeProto inner =
        node(
            "If",
            List.of("c"),
            List.of("b"),
            graph(
                "then_branch",
                graph(List.of(), List.of("t"), node("Neg", List.of("a"), List.of("t")))),
            graph("else_branch", graph(List.of(), List.of("a"))));
    FunctionProto.Builder branching =
        function("branching", List.of("a", "c"), List.of("b")).addNode(inner);
    ModelProto model =
        with(
            with(
                withFunctions(new TestNetwork().input("t", 2).output("y").proto(), branching),
                tensor("yes", BOOL, List.of(), 1)),
            call("branching", List.of("t", "yes"), List.of("m")),
            call("branching", List.of("m", "yes"), List.of("y")));

    assertThat(run(model, X)).containsExactly(-1, 2);
  }

  @Test
  void functionsThatNeverEndAreRefused() {
    FunctionProto.Builder self =
        function("self", List.of("a"), List.of("b"))
            .addNode(call("self", List.of("a"), List.of("b")));
    ModelProto endless =
        with(
            withFunctions(vector().output("y").proto(), self),
            call("self", List.of("x"), List.of("y")));
    FunctionProto.Builder[] doubling = new FunctionProto.Builder[20];
    for (int i = 0; i < doubling.length; i++) {
      String next = i == 0 ? "Relu" : "f" + (i - 1);
      NodeProto first = node(next, List.of("a"), List.of("m"));
      NodeProto second = node(next, List.of("m"), List.of("b"));
      String domain = i == 0 ? "" : "local";
      doubling[i] =
          function("f" + i, List.of("a"), List.of("b"))
              .addNode(first.toBuilder().setDomain(domain))
              .addNode(second.toBuilder().setDomain(domain));
    }
    ModelProto large =
        with(
            withFunctions(vector().output("y").proto(), doubling),
            call("f19", List.of("x"), List.of("y")));

    refuses(endless, "'self' calls itself");
    refuses(large, "more than 100000 nodes");
  }

  // ---- control flow ----------------------------------------------------------------------------

  private static NodeProto branch(String condition) {
    return node(
        "If",
        List.of(condition),
        List.of("y"),
        graph(
            "then_branch", graph(List.of(), List.of("t"), node("Neg", List.of("x"), List.of("t")))),
        graph(
            "else_branch",
            graph(List.of(), List.of("e"), node("Det", List.of("x"), List.of("e")))));
  }

  @Test
  void aConstantConditionTakesItsBranchAndLeavesTheOther() {
    ModelProto base = vector().output("y").proto();
    ModelProto yes = with(with(base, tensor("c", BOOL, List.of(), 1)), branch("c"));
    ModelProto no = with(with(base, tensor("c", BOOL, List.of(), 0)), branch("c"));

    assertThat(run(yes, X)).containsExactly(1, -2);
    refuses(no, "Det", "not supported");
  }

  @Test
  void aConditionOfShapesIsConstant() {
    ModelProto model =
        with(
            with(vector().output("y").proto(), tensor("two", INT64, List.of(), 2)),
            node("Size", List.of("x"), List.of("n")),
            node("Equal", List.of("n", "two"), List.of("c")),
            branch("c"));

    assertThat(run(model, X)).containsExactly(1, -2);
  }

  @Test
  void aBranchThatASecretDecidesIsRefused() {
    ModelProto model = with(vector().output("y").proto(), branch("x"));

    refuses(model, "If", "a branch cannot depend on a secret");
  }

  @Test
  void aLoopOfAKnownLengthIsWrittenOut() {
    NodeProto loop =
        node(
            "Loop",
            List.of("m", "", "x"),
            List.of("last", "all"),
            graph(
                "body",
                graph(
                    List.of("i", "go", "v"),
                    List.of("go", "w", "w2"),
                    node("Add", List.of("v", "x"), List.of("w")),
                    node("Cast", List.of("i"), List.of("f"), number("to", FLOAT)),
                    node("Mul", List.of("w", "f"), List.of("w2")))));
    ModelProto base =
        with(vector().output("all").output("last").proto(), tensor("m", INT64, List.of(), 3));

    assertThat(run(with(base, loop), X))
        .containsExactly(new double[] {0, 0, -3, 6, -8, 16}, within(1e-9));
    refuses(
        with(with(vector().output("all").proto(), tensor("m", INT64, List.of(), 1e6)), loop),
        "more than 100000 nodes");
  }

  @Test
  void aScanGoesOverRows() {
    NodeProto scan =
        node(
            "Scan",
            List.of("start", "x"),
            List.of("sum", "sums"),
            number("num_scan_inputs", 1),
            graph(
                "body",
                graph(
                    List.of("s", "row"),
                    List.of("next", "out"),
                    node("Add", List.of("s", "row"), List.of("next")),
                    node("Identity", List.of("next"), List.of("out")))));
    ModelProto model =
        with(
            with(
                new TestNetwork().input("x", 3, 1).output("sums").proto(),
                tensor("start", FLOAT, List.of(1L), 10)),
            scan);

    assertThat(run(model, new double[] {1, 2, 3})).containsExactly(11, 13, 16);
  }

  // ---- versions --------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(longs = {6, 13, 22, 23, 24})
  void versionsThatAreDocumentedAreRead(long version) {
    assertThat(run(versioned(version), X)).containsExactly(0, 2);
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 25})
  void otherVersionsAreRefusedWithTheRange(long version) {
    refuses(versioned(version), "version " + version, "6 to 24");
  }

  private static ModelProto versioned(long version) {
    return vector().node("Relu", "x", "y").output("y").proto().toBuilder()
        .setOpsetImport(0, OperatorSetIdProto.newBuilder().setVersion(version))
        .build();
  }

  // ---- attributes ------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Abs",
        "ArgMax",
        "Cast",
        "Clip",
        "Flatten",
        "Gelu",
        "LeakyRelu",
        "ReduceSum",
        "Relu",
        "Softmax",
        "Transpose",
        "Shape",
        "TopK",
        "Identity",
        "EyeLike"
      })
  void anAttributeThatNobodyKnowsIsRefused(String operator) {
    ModelProto model =
        new TestNetwork()
            .input("x", 2, 2)
            .node(operator, "x", "y", number("surprise", 1))
            .output("y")
            .proto();

    assertThatThrownBy(() -> program(model)).isInstanceOf(ModelRefused.class);
  }

  @Test
  void anAttributeThatTakesNoEffectIsNamed() {
    refuses(
        vector().node("Relu", "x", "y", number("surprise", 1)).output("y").proto(),
        "Relu 'the Relu'",
        "'surprise'");
    refuses(
        vector().node("Clip", "x", "y", real("max", 1)).output("y").proto(), "'max'", "version 18");
    refuses(
        new TestNetwork()
            .input("x", 1, 1, 4, 4)
            .node(
                "MaxPool",
                "x",
                "y",
                attribute("kernel_shape", 2, 2),
                TestNetwork.text("auto_pad", "SAME"))
            .output("y")
            .proto(),
        "'auto_pad' is 'SAME'");
    refuses(
        vector().node("Gelu", "x", "y", TestNetwork.text("approximate", "erf")).output("y").proto(),
        "'approximate' is 'erf'");
    refuses(
        new TestNetwork()
            .input("x", 1, 1, 4, 4)
            .weights("w", 1, 1, 1, 3, 3)
            .node("Conv", "x w", "y", attribute("kernel_shape", 2, 2))
            .output("y")
            .proto(),
        "'kernel_shape'");
  }

  @Test
  void anInputThatNobodyLooksAtIsRefused() {
    refuses(
        vector().reals("more", 1, 2).node("Relu", "x more", "y").output("y").proto(),
        "Relu 'the Relu'",
        "input 1");
  }

  @Test
  void aConstantMayBeOfTextsIfNothingNeedsIt() {
    TensorProto texts =
        TensorProto.newBuilder()
            .setDataType(STRING)
            .addDims(1)
            .setRawData(ByteString.EMPTY)
            .build();
    ModelProto model =
        with(
            vector().node("Relu", "x", "y").output("y").proto(),
            node("Constant", List.of(), List.of("names"), value(texts)),
            node("Identity", List.of("names"), List.of("more")));

    assertThat(run(model, X)).containsExactly(0, 2);
  }
}
