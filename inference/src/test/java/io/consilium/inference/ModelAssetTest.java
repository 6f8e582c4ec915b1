package io.consilium.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.rep3.InsecureShareAccess;
import io.consilium.protocols.rep3.SharePair;
import io.consilium.protocols.rep3.ThreeParties;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ModelAssetTest {
  private final ModelCard card = TestModel.card(3);

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String json() {
    return new String(card.json(), StandardCharsets.UTF_8);
  }

  // ---- cards -----------------------------------------------------------------------------------

  @Test
  void aCardSurvivesBeingWrittenAndRead() {
    ModelCard read = ModelCard.parse(card.json());

    assertThat(read).isEqualTo(card);
    assertThat(read.json()).isEqualTo(card.json());
    assertThat(read.digest()).isEqualTo(card.digest());
  }

  @Test
  void theDigestDoesNotDependOnTheOrderOfKeys() {
    JsonNode other = TestModel.json("{\"a\":[2,1],\"b\":1}");
    ModelCard same =
        new ModelCard(
            card.name(),
            card.version(),
            card.kind(),
            card.jobId(),
            card.planDigest(),
            card.computeParties(),
            card.model(),
            card.schema(),
            other,
            card.features(),
            card.output(),
            card.created());

    assertThat(same.digest()).isEqualTo(card.digest());
    assertThat(json()).contains("\"layout\":{\"a\":[2,1],\"b\":1}");
  }

  @Test
  void everyFieldIsInTheDigest() {
    for (String[] change :
        new String[][] {
          {"\"version\":3", "\"version\":4"},
          {"\"kind\":\"logistic\"", "\"kind\":\"linear\""},
          {"job-7", "job-8"},
          {"00ff", "00fe"},
          {"hospital-c", "hospital-d"},
          {"\"age\"", "\"agf\""},
          {"[2,1]", "[1,2]"},
          {"\"magnitudeMax\":16.0", "\"magnitudeMax\":17.0"},
          {"\"classes\":[\"0\",\"1\"]", "\"classes\":[\"1\",\"0\"]"},
          {"04:05Z", "04:06Z"}
        }) {
      String changed = json().replace(change[0], change[1]);

      assertThat(changed).as(change[0]).isNotEqualTo(json());
      assertThat(ModelCard.parse(utf8(changed)).digest()).as(change[0]).isNotEqualTo(card.digest());
    }
  }

  @Test
  void refusesWhatIsNoCard() {
    for (String wrong :
        List.of(
            "",
            "[]",
            "null",
            json() + "{}",
            json().replace("\"version\":3", "\"version\":0"),
            json().replace("\"version\":3", "\"version\":3,\"extra\":1"),
            json().replace("\"jobId\":\"job-7\",", ""),
            json().replace("\"hospital-c\"", "\"hospital-a\""),
            json().replace("\"heart-risk\"", "\"../heart\""),
            json().replace("\"columns\":4", "\"columns\":10000000"),
            json().replace("\"fractionBits\":24", "\"fractionBits\":80"))) {
      assertThatThrownBy(() -> ModelCard.parse(utf8(wrong)))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  // ---- assets ----------------------------------------------------------------------------------

  @Test
  void anAssetSurvivesBeingStored() {
    ModelAsset asset = TestModel.assets(card, 1).get(2);

    ModelAssetCodec.Encoded stored = ModelAssetCodec.encode(asset, InsecureShareAccess.get());
    ModelAsset read = ModelAssetCodec.decode(stored.header(), stored.words());

    assertThat(read.card()).isEqualTo(card);
    assertThat(ModelAssetCodec.card(stored.header())).isEqualTo(card);
    assertThat(read.tensors()).hasSize(2);
    for (int i = 0; i < 2; i++) {
      StoredTensor before = asset.tensors().get(i);
      StoredTensor after = read.tensors().get(i);
      assertThat(after.name()).isEqualTo(before.name());
      assertThat(after.shape()).isEqualTo(before.shape());
      assertThat(after.format()).isEqualTo(before.format());
      assertThat(after.shares().own()).isEqualTo(before.shares().own());
      assertThat(after.shares().next()).isEqualTo(before.shares().next());
    }
  }

  @Test
  void theHeaderHoldsNoShare() {
    ModelAsset asset = TestModel.assets(card, 1).get(0);

    String header =
        new String(
            ModelAssetCodec.encode(asset, InsecureShareAccess.get()).header(),
            StandardCharsets.UTF_8);

    for (StoredTensor tensor : asset.tensors()) {
      for (long share : tensor.shares().own()) {
        assertThat(header + asset + tensor + tensor.shares()).doesNotContain(Long.toString(share));
      }
    }
  }

  @Test
  void refusesAHeaderThatDoesNotFitItsWords() {
    ModelAssetCodec.Encoded stored =
        ModelAssetCodec.encode(TestModel.assets(card, 1).get(0), InsecureShareAccess.get());
    List<long[]> words = stored.words();

    assertThatThrownBy(() -> ModelAssetCodec.decode(stored.header(), words.subList(0, 3)))
        .hasMessageContaining("2 tensors has 3 arrays");
    assertThatThrownBy(() ->
            ModelAssetCodec.decode(
                stored.header(), List.of(words.get(2), words.get(3), words.get(0), words.get(1))))
        .hasMessageContaining("tensor weights of shape [4, 1] has 1 shares");
    assertThatThrownBy(() -> ModelAssetCodec.decode(new byte[] {1}, words))
        .hasMessageContaining("not a stored model");
  }

  @Test
  void leavesOneSessionAndEntersAnother() {
    FixedPoint format = new FixedPoint(16);
    long[] codes = {5, -7, 1L << 40};
    List<ModelAsset> assets =
        new ThreeParties(1)
            .run(b ->
                ModelAsset.export(
                    card,
                    Map.of(
                        "z", b.constant(Shape.vector(3), format, codes),
                        "a", b.constant(Shape.vector(1), format, new long[] {9})),
                    b,
                    InsecureShareAccess.get()))
            .results();

    assertThat(assets).allSatisfy(asset -> assertThat(names(asset)).containsExactly("a", "z"));
    List<long[]> opened =
        new ThreeParties(2)
            .run(b -> {
              Map<String, SecretTensor> model = assets.get(b.self().ordinal()).restore(b);
              return b.open(model.get("z"), ThreeParties.any());
            })
            .results();
    assertThat(opened).allSatisfy(z -> assertThat(z).isEqualTo(codes));
  }

  private static List<String> names(ModelAsset asset) {
    return asset.tensors().stream().map(StoredTensor::name).toList();
  }

  @Test
  void refusesSharesThatDoNotFitTheirShape() {
    assertThatThrownBy(() ->
            new StoredTensor(
                "w", Shape.vector(3), FixedPoint.INTEGER, new SharePair(new long[2], new long[2])))
        .hasMessageContaining("has 2 shares");
    assertThatThrownBy(() -> new SharePair(new long[2], new long[3]))
        .hasMessageContaining("2 and 3 elements");
  }
}
