package io.consilium.inference.onnx;

import static io.consilium.inference.onnx.TestGraphs.BOOL;
import static io.consilium.inference.onnx.TestGraphs.FLOAT;
import static io.consilium.inference.onnx.TestGraphs.INT64;
import static io.consilium.inference.onnx.TestGraphs.INT8;
import static io.consilium.inference.onnx.TestGraphs.graph;
import static io.consilium.inference.onnx.TestGraphs.node;
import static io.consilium.inference.onnx.TestGraphs.program;
import static io.consilium.inference.onnx.TestGraphs.reals;
import static io.consilium.inference.onnx.TestGraphs.tensor;
import static io.consilium.inference.onnx.TestGraphs.value;
import static io.consilium.inference.onnx.TestGraphs.with;
import static io.consilium.inference.onnx.TestNetwork.real;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.consilium.inference.onnx.program.Interval;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.proto.AttributeProto;
import io.consilium.inference.onnx.proto.AttributeProto.AttributeType;
import io.consilium.inference.onnx.proto.ModelProto;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.inference.onnx.proto.SparseTensorProto;
import io.consilium.inference.onnx.proto.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Weights are secret wherever a file keeps them. */
final class WeightRuleTest {
  /** A number that occurs nowhere else. */
  private static final float CANARY = 0.734561f;

  private static final TensorProto WEIGHT =
      tensor("", FLOAT, List.of(2L, 2L), CANARY, CANARY, CANARY, CANARY);

  private static ModelProto times(NodeProto... constant) {
    return with(
        with(new TestNetwork().input("x", 1, 2).output("y").proto(), constant),
        node("MatMul", List.of("x", "w"), List.of("y")));
  }

  static Stream<Arguments> placesOfWeights() {
    AttributeProto sparse =
        AttributeProto.newBuilder()
            .setName("sparse_value")
            .setType(AttributeType.SPARSE_TENSOR)
            .setSparseTensor(
                SparseTensorProto.newBuilder()
                    .setValues(tensor("", FLOAT, List.of(1L), CANARY))
                    .setIndices(tensor("", INT64, List.of(1L), 2))
                    .addAllDims(List.of(2L, 2L)))
            .build();
    ModelProto.Builder sparseInitialiser = times().toBuilder();
    SparseTensorProto.Builder named =
        SparseTensorProto.newBuilder(sparse.getSparseTensor())
            .setIndices(tensor("", INT64, List.of(1L, 2L), 1, 0));
    named.getValuesBuilder().setName("w");
    sparseInitialiser.getGraphBuilder().addSparseInitializer(named);
    NodeProto branch =
        node(
            "If",
            List.of("c"),
            List.of("w"),
            graph(
                "then_branch",
                graph(
                    List.of(),
                    List.of("t"),
                    node("Constant", List.of(), List.of("t"), value(WEIGHT)))),
            graph(
                "else_branch",
                graph(List.of(), List.of("t")).toBuilder()
                    .addInitializer(WEIGHT.toBuilder().setName("t"))
                    .build()));
    return Stream.of(
        Arguments.of("Constant", times(node("Constant", List.of(), List.of("w"), value(WEIGHT)))),
        Arguments.of(
            "list",
            with(
                times(
                    node(
                        "Constant", List.of(), List.of("v"), reals("value_floats", CANARY, CANARY)),
                    node("Unsqueeze", List.of("v", "one"), List.of("w"))),
                tensor("one", INT64, List.of(1L), 1))),
        Arguments.of("sparse", times(node("Constant", List.of(), List.of("w"), sparse))),
        Arguments.of("sparse initialiser", sparseInitialiser.build()),
        Arguments.of("then", with(times(branch), tensor("c", BOOL, List.of(), 1))),
        Arguments.of("else", with(times(branch), tensor("c", BOOL, List.of(), 0))),
        Arguments.of(
            "folded",
            with(
                times(
                    node("Constant", List.of(), List.of("v"), value(WEIGHT)),
                    node("Transpose", List.of("v"), List.of("u")),
                    node("CumSum", List.of("u", "axis"), List.of("w"))),
                tensor("axis", INT64, List.of(), 0))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("placesOfWeights")
  void aWeightIsSharedWhereverItIsKept(String place, ModelProto model) {
    Program program = program(model);

    assertThat(program.weights()).as(place).hasSize(1);
    assertNowherePublic(model);
  }

  private static void assertNowherePublic(ModelProto model) {
    OnnxFile.Model file = TestGraphs.model(model);
    SharedNetwork.Owned owned =
        SharedNetwork.own(
            file, CalibratedModel.of(file, new Interval(-1, 1), false, OutputRule.LOGITS));
    ByteString all =
        PublicGraph.unpack(owned.network().description().graph()).proto().toByteString();
    byte[] canary = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(CANARY).array();
    for (int i = 0; i + canary.length <= all.size(); i++) {
      assertThat(all.substring(i, i + canary.length)).isNotEqualTo(ByteString.copyFrom(canary));
    }
    assertThat(SharedNetwork.of(owned.network().description()).planDigest())
        .isEqualTo(owned.network().planDigest());
  }

  private static NodeProto number(String name) {
    return node("Constant", List.of(), List.of(name), real("value_float", CANARY));
  }

  @Test
  void aSingleNumberInArithmeticIsPublic() {
    ModelProto model =
        with(
            new TestNetwork().input("x", 1, 2).output("y").proto(),
            number("c"),
            node("Mul", List.of("x", "c"), List.of("a")),
            node("Add", List.of("a", "c"), List.of("b")),
            node("Clip", List.of("b", "", "c"), List.of("y")));

    assertThat(program(model).weights()).isEmpty();
  }

  @Test
  void aSingleNumberThatIsAddedToAProductIsABias() {
    ModelProto model =
        with(
            with(
                new TestNetwork().input("x", 1, 2).output("y").proto(),
                WEIGHT.toBuilder().setName("w").build()),
            number("c"),
            node("MatMul", List.of("x", "w"), List.of("a")),
            node("Add", List.of("a", "c"), List.of("y")));

    assertThat(program(model).weights())
        .extracting(value -> value.shape().size())
        .containsExactly(4, 2);
    assertNowherePublic(model);
  }

  @Test
  void singleNumbersThatAreMadeIntoAMatrixAreWeights() {
    ModelProto model =
        with(
            with(
                new TestNetwork().input("x", 1, 2).output("y").proto(),
                tensor("shape", INT64, List.of(2L), 2, 1)),
            number("c"),
            node("Expand", List.of("c", "shape"), List.of("w")),
            node("MatMul", List.of("x", "w"), List.of("y")));

    assertNowherePublic(model);
  }

  @Test
  void quantisedWeightsAreSharedThoughTheyAreIntegers() {
    ModelProto model =
        with(
            with(
                new TestNetwork().input("x", 1, 2).output("y").proto(),
                tensor("q", INT8, List.of(2L, 2L), 77, -78, 79, -80),
                tensor("s", FLOAT, List.of(), CANARY),
                tensor("z", INT8, List.of(), 0)),
            node("DequantizeLinear", List.of("q", "s", "z"), List.of("w")),
            node("MatMul", List.of("x", "w"), List.of("y")));
    OnnxFile.Model file = TestGraphs.model(model);
    SharedNetwork.Owned owned =
        SharedNetwork.own(
            file, CalibratedModel.of(file, new Interval(-1, 1), false, OutputRule.LOGITS));

    PublicGraph open = PublicGraph.unpack(owned.network().description().graph());
    assertThat(open.secrets()).containsOnlyKeys("q", "s", "z");
    assertThat(owned.codes()).hasSize(1);
    assertThat(TestGraphs.run(model, new double[] {1, 0}))
        .containsExactly(new double[] {77 * CANARY, -78 * CANARY}, within(1e-5));
  }

  @Test
  void sizesAndIndicesStayPublic() {
    ModelProto model =
        with(
            with(
                new TestNetwork().input("x", 2, 2).output("y").proto(),
                tensor("places", INT64, List.of(1L), 1)),
            node("Gather", List.of("x", "places"), List.of("y")));

    assertThat(program(model).weights()).isEmpty();
    OnnxFile.Model file = TestGraphs.model(model);
    assertThat(
            PublicGraph.of(
                    OnnxImport.normal(file, ModelLimits.DEFAULT), Set.of(), ModelLimits.DEFAULT)
                .secrets())
        .isEmpty();
  }

  @Test
  void aNetworkWithoutWeightsSharesOneZero() {
    ModelProto model = new TestNetwork().input("x", 2).node("Relu", "x", "y").output("y").proto();
    OnnxFile.Model file = TestGraphs.model(model);
    SharedNetwork.Owned owned =
        SharedNetwork.own(
            file, CalibratedModel.of(file, new Interval(-1, 1), false, OutputRule.LOGITS));

    assertThat(owned.codes()).containsExactly(new long[1]);
    assertThat(owned.network().shared()).hasSize(1);
  }
}
