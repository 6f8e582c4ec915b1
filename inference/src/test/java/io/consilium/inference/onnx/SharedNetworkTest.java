package io.consilium.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.inference.onnx.SampleFolder.DataSet;
import io.consilium.inference.onnx.SharedNetwork.Owned;
import io.consilium.inference.onnx.SharedNetwork.Shared;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Interval;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.proto.ModelProto;
import io.consilium.inference.onnx.proto.StringStringEntryProto;
import io.consilium.inference.onnx.proto.TensorProto;
import io.consilium.protocols.Backend;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.rep3.ThreeParties;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** What the parties make of a network whose weights they do not know. */
final class SharedNetworkTest {
  private static final OutputRule BEST_THREE = new OutputRule(OutputRule.Kind.TOP_K, 3);

  private static DataSet sample(Shape shape, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    double[] x = new double[shape.size()];
    Arrays.setAll(x, _ -> random.nextDouble(-2, 2));
    return new DataSet(List.of(new Tensor(ElementType.FLOAT, shape, x)), List.of());
  }

  private static final DataSet IMAGE = sample(new Shape(List.of(1, 2, 8, 8)), 3);

  private static Owned own(TestNetwork network, DataSet sample, boolean open, OutputRule output) {
    OnnxFile.Model file = network.model();
    return SharedNetwork.own(file, CalibratedModel.of(file, List.of(sample), 1, open, output));
  }

  /** The network as a party reads it. */
  private static SharedNetwork received(Owned owned) {
    NetworkDescription sent = owned.network().description();
    return SharedNetwork.of(NetworkDescription.parse(sent.toJson()));
  }

  private static SecretTensor input(Backend b, Shape shape, FixedPoint format, long[] codes) {
    boolean owns = !(b instanceof Rep3Backend rep3) || rep3.self() == ComputeParty.P0;
    return b.input(ComputeParty.P0, shape, format, owns ? codes : new long[0]);
  }

  /** The first output on shares. */
  private static double[] run(Backend b, SharedNetwork network, List<long[]> codes, double[] x) {
    Program.Named named = network.program().inputs().getFirst();
    FixedPoint format = network.format(named);
    List<SecretTensor> weights = new ArrayList<>();
    List<Shared> shared = network.shared();
    for (int i = 0; i < codes.size(); i++) {
      weights.add(input(b, shared.get(i).shape(), shared.get(i).format(), codes.get(i)));
    }
    List<SecretTensor> inputs = List.of(input(b, Shape.vector(x.length), format, format.encode(x)));
    SecretTensor y = network.answer(b, inputs, weights).getFirst();
    return y.format().decode(b.open(y, ThreeParties.any()));
  }

  private static double[] onShares(SharedNetwork network, List<long[]> codes, double[] x) {
    return new ThreeParties(5).run(b -> run(b, network, codes, x)).results().getFirst();
  }

  private static double[] inTheClear(TestNetwork network, DataSet sample, OutputRule output) {
    ImportOptions options = ImportOptions.secretWeights().with(false, output);
    Program program = OnnxImport.translate(network.model(), options, ModelLimits.DEFAULT);
    return program
        .evaluate(List.of(sample.inputs().getFirst().elements()), (_, _) -> {})
        .getFirst();
  }

  @Test
  void aPartyComputesTheSameWithoutKnowingAnyWeight() {
    TestNetwork images = TestNetwork.images();
    Owned owned = own(images, IMAGE, false, OutputRule.LOGITS);
    SharedNetwork party = received(owned);

    double[] answer = onShares(party, owned.codes(), IMAGE.inputs().getFirst().elements());

    assertThat(answer).containsExactly(inTheClear(images, IMAGE, OutputRule.LOGITS), within(2e-3));
    assertThat(party.plan().total())
        .isEqualTo(OnnxPlan.of(party.program(), party.ranges().orElseThrow()).total());
  }

  /** Of all that is sent, nothing changes with the weights as long as their sizes stay. */
  @Test
  void theDescriptionHoldsNoWeight() {
    ModelProto graph =
        PublicGraph.unpack(
                own(TestNetwork.images(), IMAGE, false, OutputRule.LOGITS)
                    .network()
                    .description()
                    .graph())
            .proto();

    for (TensorProto tensor : graph.getGraph().getInitializerList()) {
      assertThat(tensor.getFloatDataCount()).isZero();
      assertThat(tensor.hasRawData()).isFalse();
    }
    assertThat(graph.getGraph().getInitializerCount()).isEqualTo(8);
  }

  @Test
  void publicWeightsGiveTheSameAnswerForLess() {
    TestNetwork images = TestNetwork.images();
    Owned shared = own(images, IMAGE, false, OutputRule.LOGITS);
    Owned open = own(images, IMAGE, true, OutputRule.LOGITS);
    SharedNetwork party = received(open).withWeights(open.codes());

    double[] answer = onShares(party, List.of(), IMAGE.inputs().getFirst().elements());

    assertThat(answer).containsExactly(inTheClear(images, IMAGE, OutputRule.LOGITS), within(2e-3));
    assertThat(party.plan().total().bytes()).isLessThan(shared.network().plan().total().bytes());
    assertThat(received(open).shared()).hasSameSizeAs(open.codes());
  }

  @Test
  void publicWeightsAreThoseThatWereAnnounced() {
    Owned open = own(TestNetwork.images(), IMAGE, true, OutputRule.LOGITS);
    List<long[]> changed = new ArrayList<>(open.codes());
    changed.set(0, changed.getFirst().clone());
    changed.getFirst()[0]++;

    assertThatThrownBy(() -> received(open).withWeights(changed))
        .isInstanceOf(ModelRefused.class)
        .hasMessageContaining("not those that their owner announced");
  }

  @Test
  void anotherPlanThanAnnouncedIsRefused() {
    Owned owned = own(TestNetwork.images(), IMAGE, false, OutputRule.LOGITS);
    ObjectNode sent = (ObjectNode) owned.network().description().toJson();
    ObjectNode wider = sent.deepCopy();
    ((ObjectNode) wider.path("computed").get(0)).put("low", -5e3).put("high", 5e3);
    ObjectNode fewer = sent.deepCopy();
    ((ArrayNode) fewer.path("weights")).remove(0);
    ObjectNode other = sent.deepCopy().put("publicWeights", "perhaps");

    assertThatThrownBy(() -> SharedNetwork.of(NetworkDescription.parse(wider)))
        .isInstanceOf(ModelRefused.class)
        .hasMessageContaining("another one than its owner announced");
    assertThatThrownBy(() -> SharedNetwork.of(NetworkDescription.parse(fewer)))
        .isInstanceOf(ModelRefused.class)
        .hasMessageContaining("ranges were announced");
    assertThatThrownBy(() -> NetworkDescription.parse(other)).isInstanceOf(ModelRefused.class);
  }

  @Test
  void weightsThatDecideWhatIsComputedArePartOfTheDescription() {
    TestNetwork clipped =
        new TestNetwork()
            .input("x", 1, 4)
            .weights("w", 1, 4, 4)
            .tensor("low", List.of(), -0.25f)
            .tensor("high", List.of(), 0.5f)
            .node("MatMul", "x w", "a")
            .node("Clip", "a low high", "y")
            .output("y");
    DataSet sample = sample(Shape.matrix(1, 4), 8);
    Owned owned = own(clipped, sample, false, OutputRule.LOGITS);

    double[] answer =
        onShares(received(owned), owned.codes(), sample.inputs().getFirst().elements());

    assertThat(answer)
        .containsExactly(inTheClear(clipped, sample, OutputRule.LOGITS), within(1e-3));
    assertThat(PublicGraph.unpack(owned.network().description().graph()).secrets())
        .containsOnlyKeys("w");
  }

  @Test
  void aGraphThatPointsToAFileIsRefused() {
    TensorProto outside =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(1)
            .addDims(4)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(
                StringStringEntryProto.newBuilder().setKey("location").setValue("/etc/passwd"))
            .build();
    ModelProto proto =
        new TestNetwork()
            .input("x", 4)
            .initialiser(outside)
            .node("Add", "x w", "y")
            .output("y")
            .proto();

    byte[] packed = new PublicGraph(proto).packed();

    assertThatThrownBy(() -> PublicGraph.unpack(packed))
        .isInstanceOf(ModelRefused.class)
        .hasMessageContaining("another file");
    assertThatThrownBy(() -> PublicGraph.unpack(Arrays.copyOf(packed, packed.length / 2)))
        .isInstanceOf(ModelRefused.class);
  }

  // ---- answers ---------------------------------------------------------------------------------

  private static TestNetwork scores(int classes) {
    return new TestNetwork()
        .input("x", 1, classes)
        .reals("zero", new float[classes])
        .node("Add", "x zero", "y")
        .output("y");
  }

  private static DataSet row(double... x) {
    return new DataSet(
        List.of(new Tensor(ElementType.FLOAT, Shape.matrix(1, x.length), x)), List.of());
  }

  private static double[] asked(TestNetwork network, DataSet sample, OutputRule output) {
    Owned owned = own(network, sample, false, output);
    double[] x = sample.inputs().getFirst().elements();
    double[] shares = onShares(received(owned), owned.codes(), x);
    assertThat(run(new ClearBackend(), owned.network(), owned.codes(), x))
        .containsExactly(shares, within(1e-3));
    return shares;
  }

  @Test
  void classesAreNamedAsInTheClear() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(4);
    for (int classes : new int[] {2, 3, 7, 10}) {
      // Quarters, so that some are equal.
      DataSet sample = row(random.doubles(classes, -4, 4).map(x -> Math.rint(4 * x) / 4).toArray());
      OutputRule best = new OutputRule(OutputRule.Kind.TOP_K, Math.min(classes, 4));
      TestNetwork network = scores(classes);

      assertThat(asked(network, sample, OutputRule.CLASS))
          .containsExactly(inTheClear(network, sample, OutputRule.CLASS));
      assertThat(asked(network, sample, best)).containsExactly(inTheClear(network, sample, best));
    }
  }

  @Test
  void ofEqualClassesTheFirstIsNamedFirst() {
    assertThat(asked(scores(5), row(1, 3, 3, -1, 3), BEST_THREE)).containsExactly(1, 2, 4);
    assertThat(asked(scores(4), row(-2, -2, -2, -2), BEST_THREE)).containsExactly(0, 1, 2);
    assertThat(asked(scores(4), row(0, 0, 0, 0), OutputRule.CLASS)).containsExactly(0);
  }

  @Test
  void aPlanOfTheBestIsWhatTheChannelsCount() {
    Owned owned = own(scores(6), row(1, 2, 0, -1, 2, 1), false, BEST_THREE);
    SharedNetwork party = received(owned);

    ThreeParties.Outcome<double[]> outcome =
        new ThreeParties(1)
            .run(b -> run(b, party, owned.codes(), new double[] {1, 2, 0, -1, 2, 1}));

    assertThat(outcome.results().getFirst()).containsExactly(1, 4, 0);
    assertThat(outcome.counted().bytes()).isEqualTo(outcome.declared().bytes());
    assertThat(outcome.counted().rounds()).isLessThanOrEqualTo(outcome.declared().rounds());
    assertThat(party.program().outputs().getFirst().value().shape().dimensions())
        .containsExactly(1, 3);
  }

  @Test
  void probabilitiesHaveASoftmaxExactlyOnce() {
    OutputRule probabilities = new OutputRule(OutputRule.Kind.PROBABILITIES, 1);
    DataSet sample = row(1, 2, 0.5);
    TestNetwork ending = new TestNetwork().input("x", 1, 3).node("Softmax", "x", "y").output("y");

    double[] ofScores = asked(scores(3), sample, probabilities);
    double[] ofSoftmax = asked(ending, sample, probabilities);

    assertThat(Arrays.stream(ofScores).sum()).isCloseTo(1, within(1e-2));
    assertThat(ofSoftmax).containsExactly(ofScores, within(1e-3));
    assertThat(asked(ending, sample, OutputRule.CLASS)).containsExactly(1);
  }

  @Test
  void oneProbabilityTellsTwoClassesApart() {
    TestNetwork network = new TestNetwork().input("x", 1, 1).node("Sigmoid", "x", "y").output("y");

    assertThat(asked(network, row(0.7), OutputRule.CLASS)).containsExactly(1);
    assertThat(asked(network, row(-0.7), OutputRule.CLASS)).containsExactly(0);
    assertThatThrownBy(() -> own(scores(1), row(1), false, OutputRule.CLASS))
        .isInstanceOf(ModelRefused.class)
        .hasMessageContaining("no classes to name");
    assertThatThrownBy(() -> own(scores(2), row(1, 2), false, BEST_THREE))
        .isInstanceOf(ModelRefused.class)
        .hasMessageContaining("2 classes apart");
  }

  @Test
  void withoutSamplesTheRangeOfTheInputsIsEnough() {
    TestNetwork network = scores(3);
    OnnxFile.Model file = network.model();
    Owned owned =
        SharedNetwork.own(
            file, CalibratedModel.of(file, new Interval(-4, 4), false, OutputRule.CLASS));

    assertThat(onShares(received(owned), owned.codes(), new double[] {3, -3, 3.5}))
        .containsExactly(2);
  }
}
