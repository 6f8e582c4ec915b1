package io.consilium.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.consilium.inference.onnx.SharedNetwork;
import io.consilium.inference.onnx.TestImports;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.rep3.HolderInput;
import io.consilium.protocols.rep3.HolderShares;
import io.consilium.protocols.rep3.InsecureShareAccess;
import io.consilium.protocols.rep3.ThreeParties;
import io.consilium.protocols.transport.TransportLimits;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Imported networks, asked by a client of three hospitals. */
final class ImportedModelsTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Large questions on a busy machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final ServingLimits PATIENT = ServingLimits.DEFAULT.withOpening(PATIENCE);
  private static final ClientLimits PATIENT_CLIENT =
      new ClientLimits(PATIENCE, PATIENCE, PATIENCE, 1_000);

  private static ModelCard card(int version, SharedNetwork network, List<String> clients) {
    ModelCard other = TestModel.card(version);
    return ImportedModels.card(
        new ImportedModels.Origin(
            other.name(), version, "job-9", "00", other.computeParties(), other.created()),
        network,
        NetworkCard.of(network, "hospital-a", clients, NetworkCard.Pixels.UNIT),
        List.of());
  }

  /** The assets of the three, as an import leaves them. */
  private static List<ModelAsset> assets(ModelCard card, SharedNetwork.Owned owned) {
    if (owned.network().description().publicWeights()) {
      ModelAsset open = new ModelAsset(card, List.of(), owned.codes());
      return List.of(open, open, open);
    }
    List<SharedNetwork.Shared> outlines = owned.network().shared();
    List<HolderShares> shares = new ArrayList<>();
    for (int i = 0; i < outlines.size(); i++) {
      SharedNetwork.Shared tensor = outlines.get(i);
      shares.add(
          HolderShares.of(
              "test/" + tensor.name(),
              tensor.shape(),
              tensor.format(),
              owned.codes().get(i),
              RANDOM));
    }
    List<ModelAsset> assets = new ArrayList<>();
    for (ComputeParty party : ComputeParty.values()) {
      List<StoredTensor> tensors = new ArrayList<>();
      for (int i = 0; i < outlines.size(); i++) {
        HolderShares tensor = shares.get(i);
        HolderInput input = HolderInput.receive(tensor.forParty(party), tensor.description());
        tensors.add(
            new StoredTensor(
                outlines.get(i).name(),
                outlines.get(i).shape(),
                outlines.get(i).format(),
                input.shares(InsecureShareAccess.get())));
      }
      assets.add(new ModelAsset(card, tensors));
    }
    return List.copyOf(assets);
  }

  private static List<ModelAsset> stored(List<ModelAsset> assets) {
    return assets.stream()
        .map(asset -> ModelAssetCodec.encode(asset, InsecureShareAccess.get()))
        .map(encoded -> ModelAssetCodec.decode(encoded.header(), encoded.words()))
        .toList();
  }

  private static Tensor tensor(double[] x, int... dimensions) {
    return new Tensor(ElementType.FLOAT, new Shape(Arrays.stream(dimensions).boxed().toList()), x);
  }

  private static List<NetworkAnswer> ask(
      ServingTrio trio, ModelCard card, List<List<Tensor>> records) throws Exception {
    return NetworkAnswer.of(
        trio.client("alice", PATIENT_CLIENT).predict(card, NetworkQuestion.of(card, records)));
  }

  @Test
  void answersOfSharedAndOfPublicWeightsAreThoseOfTheNetwork() throws Exception {
    List<double[]> images = new ArrayList<>();
    List<List<Tensor>> records = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      images.add(RANDOM.doubles(2 * 8 * 8, -1, 1).toArray());
      records.add(List.of(tensor(images.getLast(), 1, 2, 8, 8)));
    }
    try (ServingTrio trio = new ServingTrio(PATIENT)) {
      for (boolean open : new boolean[] {false, true}) {
        SharedNetwork.Owned owned = TestImports.images(open);
        int version = open ? 2 : 1;
        ModelCard card = card(version, owned.network(), List.of());
        trio.publish(card, stored(assets(card, owned)));

        List<NetworkAnswer> answers = ask(trio, card, records);

        assertThat(answers).hasSameSizeAs(images);
        for (int i = 0; i < images.size(); i++) {
          assertThat(answers.get(i).outputs().getFirst().elements())
              .as("record %d", i)
              .containsExactly(TestImports.imagesInTheClear(images.get(i)), within(3e-3));
        }
      }
    }
  }

  /** 128 x 128 x 128 voxels: a question of sixteen megabytes for each of two parties. */
  @Test
  void aVolumeIsOneQuestion() throws Exception {
    int side = 128;
    double[] voxels = RANDOM.doubles((long) side * side * side, 0, 1).toArray();
    SharedNetwork.Owned owned = TestImports.meanOfVolume(side);
    ModelCard card = card(1, owned.network(), List.of());
    try (ServingTrio trio = new ServingTrio(PATIENT)) {
      trio.publish(card, assets(card, owned));

      List<NetworkAnswer> answers =
          ask(trio, card, List.of(List.of(tensor(voxels, 1, 1, side, side, side))));

      assertThat(answers.getFirst().outputs().getFirst().elements()[0])
          .isCloseTo(Arrays.stream(voxels).average().orElseThrow(), within(1e-2));
    }
  }

  /** One hospital is behind by twice as much as silence is usually borne. */
  @Test
  void aHospitalThatComputesForLongIsWaitedFor() throws Exception {
    SharedNetwork.Owned owned = TestImports.twoInputs();
    ModelCard card = card(1, owned.network(), List.of());
    Duration silence = Duration.ofSeconds(2);
    TransportLimits transport = TransportLimits.DEFAULT.withSilence(silence);
    try (ServingTrio trio = new ServingTrio(PATIENT, transport, silence.multipliedBy(2))) {
      trio.publish(card, assets(card, owned));

      List<NetworkAnswer> answers =
          ask(
              trio,
              card,
              List.of(List.of(tensor(new double[] {5, 6}, 2), tensor(new double[2], 2))));

      assertThat(answers.getFirst().outputs().getFirst().elements())
          .containsExactly(new double[] {10, 12}, within(0.1));
      assertThat(trio.hospital(ComputeParty.P0).notices)
          .noneMatch(notice -> notice.contains("failed"));
    }
  }

  @Test
  void inputsOfDifferentFormatsAndSeveralOutputsKeepTheirPlaces() throws Exception {
    SharedNetwork.Owned owned = TestImports.twoInputs();
    ModelCard card = card(1, owned.network(), List.of());
    try (ServingTrio trio = new ServingTrio(PATIENT)) {
      trio.publish(card, assets(card, owned));

      List<NetworkAnswer> answers =
          ask(trio, card, List.of(question(900, -0.5), question(-4, 0.125), question(0, 0)));

      hasTwice(answers.get(0), 900, -0.5);
      hasTwice(answers.get(1), -4, 0.125);
      hasTwice(answers.get(2), 0, 0);
    }
  }

  /** Codes that no client may share count as the largest that it may. */
  @Test
  void hostileCodesAreMovedIntoTheRangesOfTheInputs() {
    SharedNetwork.Owned owned = TestImports.twoInputs();
    ModelCard card = card(1, owned.network(), List.of());
    List<ModelAsset> assets = assets(card, owned);
    List<NetworkCard.Part> inputs = NetworkCard.of(card).inputs();
    long large = inputs.get(0).format().encode(inputs.get(0).magnitudeMax());
    long small = inputs.get(1).format().encode(inputs.get(1).magnitudeMax());
    long[] hostile = {1L << 60, -(1L << 60), 1L << 62, Long.MIN_VALUE + 5, 3, -large, small, -1};
    long[] legal = {large, -large, small, -small, 3, -large, small, -1};

    List<long[]> results =
        new ThreeParties(3)
            .run(b -> {
              ModelAsset asset = assets.get(b.self().ordinal());
              SecretModel model = new ImportedModels().load(asset, asset.restore(b));
              SecretTensor both =
                  b.constant(Shape.matrix(4, 4), FixedPoint.INTEGER, joined(hostile, legal));
              return b.open(model.predict(b, both, both), ThreeParties.any());
            })
            .results();

    long[] codes = results.getFirst();
    for (int i = 0; i < legal.length; i++) {
      assertThat(codes[i]).isCloseTo(codes[legal.length + i], within(1L << 2));
    }
  }

  private static long[] joined(long[] first, long[] second) {
    return LongStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
  }

  private static List<Tensor> question(double large, double small) {
    return List.of(
        tensor(new double[] {large, 1 - large}, 2), tensor(new double[] {small, -small}, 2));
  }

  private static void hasTwice(NetworkAnswer answer, double large, double small) {
    assertThat(answer.outputs().get(0).elements())
        .containsExactly(new double[] {2 * large, 2 - 2 * large}, within(0.1));
    assertThat(answer.outputs().get(1).elements())
        .containsExactly(new double[] {2 * small, -2 * small}, within(1e-3));
  }

  @Test
  void whatDoesNotFitIsRefusedAtTheClientByItsPlace() {
    ModelCard card = card(1, TestImports.images(false).network(), List.of());
    double[] x = new double[2 * 8 * 8];
    double[] notANumber = x.clone();
    notANumber[2 * 8 + 3] = Double.NaN;
    double[] large = x.clone();
    large[0] = 1e4;

    assertThatThrownBy(() -> question(card, tensor(x, 2, 8, 8)))
        .isInstanceOf(PredictionException.class)
        .hasMessage("the tensor for 'x' has the shape [2, 8, 8]; the model takes [1, 2, 8, 8]");
    assertThatThrownBy(() -> question(card, tensor(notANumber, 1, 2, 8, 8)))
        .hasMessage("the tensor for 'x': element [0, 0, 2, 3] is not a finite number");
    assertThatThrownBy(() -> question(card, tensor(large, 1, 2, 8, 8)))
        .hasMessageContaining("element [0, 0, 0, 0] is larger than the model is made for")
        .hasMessageNotContaining("10000");
    assertThatThrownBy(() -> NetworkQuestion.of(card, List.of(List.of())))
        .hasMessageContaining("takes 1 tensors ('x' [1, 2, 8, 8]), and 0 are given");
  }

  private static Question question(ModelCard card, Tensor tensor) throws PredictionException {
    return NetworkQuestion.of(card, List.of(List.of(tensor)));
  }

  @Test
  void aCardSaysWhoMayAskAndSurvivesBeingStored() {
    ModelCard card = card(1, TestImports.images(false).network(), List.of("clinic"));

    ModelCard read = ModelCard.parse(card.json());

    assertThat(read.digest()).isEqualTo(card.digest());
    assertThat(NetworkCard.of(read).serves("clinic")).isTrue();
    assertThat(NetworkCard.of(read).serves("other")).isFalse();
    assertThat(NetworkCard.of(read).owner()).isEqualTo("hospital-a");
    assertThatThrownBy(() -> NetworkCard.of(TestModel.card(1)))
        .hasMessageContaining("no imported network");
  }

  @Test
  void pixelsAreScaledByChannel() {
    NetworkCard.Pixels pixels =
        new NetworkCard.Pixels(255, List.of(100.0, 50.0), List.of(10.0, 5.0));

    assertThat(pixels.of(1, 0)).isEqualTo(15.5);
    assertThat(pixels.of(0, 1)).isEqualTo(-10);
    assertThat(NetworkCard.Pixels.UNIT.of(0.5, 2)).isEqualTo(0.5);
  }
}
