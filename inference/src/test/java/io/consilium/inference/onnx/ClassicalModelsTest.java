package io.consilium.inference.onnx;

import static io.consilium.inference.onnx.TestGraphs.INT64;
import static io.consilium.inference.onnx.TestGraphs.classical;
import static io.consilium.inference.onnx.TestGraphs.node;
import static io.consilium.inference.onnx.TestGraphs.program;
import static io.consilium.inference.onnx.TestGraphs.reals;
import static io.consilium.inference.onnx.TestGraphs.tensor;
import static io.consilium.inference.onnx.TestGraphs.texts;
import static io.consilium.inference.onnx.TestGraphs.with;
import static io.consilium.inference.onnx.TestNetwork.attribute;
import static io.consilium.inference.onnx.TestNetwork.number;
import static io.consilium.inference.onnx.TestNetwork.real;
import static io.consilium.inference.onnx.TestNetwork.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.proto.AttributeProto;
import io.consilium.inference.onnx.proto.ModelProto;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.inference.onnx.proto.OperatorSetIdProto;
import io.consilium.inference.onnx.proto.TensorProto;
import io.consilium.protocols.rep3.ThreeParties;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The linear models of scikit-learn, as its exporter writes them. */
final class ClassicalModelsTest {
  private static final Offset<Double> CLOSE = within(1e-6);

  private static ModelProto model(String output, NodeProto... nodes) {
    return with(new TestNetwork().input("x", 2, 2).output(output).proto(), nodes);
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  private static NodeProto classifier(
      AttributeProto labels, String transform, float[] weights, float... intercepts) {
    return classical(
        "LinearClassifier",
        List.of("x"),
        List.of("label", "scores"),
        labels,
        reals("coefficients", weights),
        reals("intercepts", intercepts),
        number("multi_class", 1),
        text("post_transform", transform));
  }

  private static final float[] BOTH = {-0.5f, -0.25f, 0.5f, 0.25f};
  private static final AttributeProto TWO = attribute("classlabels_ints", 0, 1);

  @Test
  void aLogisticRegressionGivesLabelsAndProbabilities() {
    NodeProto linear = classifier(TWO, "LOGISTIC", BOTH, 0.5f, -0.5f);
    NodeProto norm = classical("Normalizer", List.of("scores"), List.of("p"), text("norm", "L1"));
    NodeProto zip =
        classical("ZipMap", List.of("p"), List.of("named"), attribute("classlabels_int64s", 0, 1));
    double[] x = {1, 2, 1, -3};

    // The logits of the second class are 0.5 and -0.75.
    assertThat(run(model("named", linear, norm, zip), x))
        .containsExactly(
            new double[] {sigmoid(-0.5), sigmoid(0.5), sigmoid(0.75), sigmoid(-0.75)}, CLOSE);
    assertThat(run(model("label", linear), x)).containsExactly(1, 0);
    assertThat(program(model("named", linear, norm, zip)).weights()).hasSize(2);
  }

  @Test
  void softmaxOfTwoClassesIsOneLogit() {
    NodeProto linear = classifier(TWO, "SOFTMAX", BOTH, 0.5f, -0.5f);

    assertThat(run(model("scores", linear), 1, 2, 1, -3))
        .containsExactly(
            new double[] {sigmoid(-1), sigmoid(1), sigmoid(1.5), sigmoid(-1.5)}, CLOSE);
  }

  private static double[] run(ModelProto model, double... x) {
    return TestGraphs.run(model, x);
  }

  @Test
  void labelsMayHaveGaps() {
    float[] weights = {1, 0, 0, 1, -1, -1};
    NodeProto linear =
        classifier(attribute("classlabels_ints", 7, 3, 20), "NONE", weights, 0, 0, 0);

    assertThat(run(model("label", linear), 3, 1, -1, -2)).containsExactly(7, 20);
    assertThat(run(model("label", linear), 0, 1, 2, 1)).containsExactly(3, 7);
    assertThat(run(model("scores", linear), 3, 1, -1, -2)).containsExactly(3, 1, -4, -1, -2, 3);
  }

  @Test
  void labelsAreTheSameOnShares() {
    NodeProto linear =
        classifier(
            attribute("classlabels_ints", 7, 3, 20),
            "SOFTMAX",
            new float[] {1, 0, 0, 1, -1, -1},
            0,
            0.25f,
            0);
    ModelProto proto = model("label", linear);
    OnnxFile.Model file = TestGraphs.model(proto);
    var x = program(proto).inputs().getFirst().value();
    var set =
        new SampleFolder.DataSet(
            List.of(new Tensor(x.type(), x.shape(), new double[] {3, 1, -1, -2})), List.of());
    CalibratedModel calibrated = CalibratedModel.of(file, List.of(set), 1);

    assertThat(calibrated.calibration().outputs().getFirst().getFirst()).containsExactly(7, 20);
    assertThat(FixedPointCheck.of(calibrated, _ -> ThreeParties.any()).errorMax()).isLessThan(1e-3);
  }

  @Test
  void textsAreNoLabelsButTheProbabilitiesCanBeChosen() {
    NodeProto linear =
        classifier(texts("classlabels_strings", "ill", "well"), "LOGISTIC", BOTH, 0.5f, -0.5f);
    ModelProto both =
        with(new TestNetwork().input("x", 2, 2).output("label").output("scores").proto(), linear);

    assertThatThrownBy(() -> program(both))
        .hasMessageContaining("its labels are texts")
        .hasMessageContaining("--outputs scores");
    assertThat(
            run(
                OnnxImport.withOutputs(TestGraphs.model(both), List.of("scores")).proto(),
                1,
                2,
                1,
                -3))
        .hasSize(4);
  }

  @Test
  void aRegressionOfScaledFeatures() {
    NodeProto scaler =
        classical(
            "Scaler", List.of("x"), List.of("s"), reals("offset", 10, -2), reals("scale", 0.5f, 2));
    NodeProto linear =
        classical(
            "LinearRegressor",
            List.of("s"),
            List.of("y"),
            reals("coefficients", 1, 2),
            reals("intercepts", 5));
    ModelProto onlyClassical =
        model("y", scaler, linear).toBuilder()
            .setOpsetImport(
                0, OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml").setVersion(1))
            .build();

    assertThat(run(onlyClassical, 12, -1, 8, 0)).containsExactly(new double[] {10, 12}, CLOSE);
    assertThat(program(onlyClassical).weights()).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({
    "L1, 0.75, -0.25, 0.2, 0.8",
    "L2, 0.948683, -0.316228, 0.242536, 0.970143",
    "MAX, 1, -0.333333, 0.25, 1"
  })
  void rowsAreNormalised(String norm, double a, double b, double c, double d) {
    NodeProto node = classical("Normalizer", List.of("x"), List.of("y"), text("norm", norm));

    assertThat(run(model("y", node), 3, -1, 1, 4))
        .containsExactly(new double[] {a, b, c, d}, within(1e-5));
  }

  @Test
  void elementsAreExtractedAtPublicPlacesAndLookedUpAtSecretOnes() {
    NodeProto columns = classical("ArrayFeatureExtractor", List.of("x", "i"), List.of("y"));
    NodeProto best = node("ArgMax", List.of("x"), List.of("k"), number("axis", 1));
    NodeProto label = classical("ArrayFeatureExtractor", List.of("labels", "k"), List.of("y"));
    TensorProto labels = tensor("labels", INT64, List.of(2L), 4, 9);

    assertThat(run(with(model("y", columns), tensor("i", INT64, List.of(1L), 1)), 1, 2, 3, 4))
        .containsExactly(2, 4);
    ModelProto looked = with(model("y", best, label), labels);
    assertThat(run(looked, 1, 2, 4, 3)).containsExactly(9, 4);
    assertThat(program(looked).outputs().getFirst().value().shape().dimensions())
        .containsExactly(1, 2);
  }

  @Test
  void otherPreparations() {
    NodeProto bits = classical("Binarizer", List.of("x"), List.of("b"), real("threshold", 1.5));
    NodeProto filled =
        classical(
            "Imputer",
            List.of("x"),
            List.of("f"),
            reals("imputed_value_floats", 1, 2),
            real("replaced_value_float", Float.NaN));
    NodeProto both =
        classical(
            "FeatureVectorizer",
            List.of("b", "f"),
            List.of("y"),
            attribute("inputdimensions", 2, 2));

    assertThat(run(model("y", bits, filled, both), 1, 2, 3, 0))
        .containsExactly(0, 1, 1, 2, 1, 0, 3, 0);
  }

  @Test
  void missingNumbersAreReplacedOnShares() {
    NodeProto filled =
        classical(
            "Imputer",
            List.of("x"),
            List.of("y"),
            reals("imputed_value_floats", 5, 7),
            real("replaced_value_float", -1));

    OperatorTest.gives(model("y", filled), new double[] {5, 2, 3, 7}, new double[] {-1, 2, 3, -1});
  }

  @Test
  void categoriesBecomeColumnsOnShares() {
    NodeProto encoded =
        classical("OneHotEncoder", List.of("x"), List.of("y"), attribute("cats_int64s", 1, 2, 4));

    OperatorTest.gives(
        model("y", encoded),
        new double[] {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0},
        new double[] {1, 4, 3, 2});
  }

  @Test
  void whatIsNotLinearIsRefusedWithAdvice() {
    ModelProto trees = model("y", classical("TreeEnsembleRegressor", List.of("x"), List.of("y")));
    ModelProto probit = model("scores", classifier(TWO, "PROBIT", BOTH, 0, 0));
    ModelProto unknown =
        model("y", classical("Scaler", List.of("x"), List.of("y"), real("surprise", 1)));

    assertThatThrownBy(() -> program(trees)).hasMessageContaining("trees are not supported");
    assertThatThrownBy(() -> program(probit)).hasMessageContaining("PROBIT");
    assertThatThrownBy(() -> program(unknown)).hasMessageContaining("'surprise'");
  }
}
