package io.consilium.inference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import io.consilium.protocols.rep3.ShareAccess;
import io.consilium.protocols.rep3.SharePair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A model asset as a sealed store keeps it: a public header, and arrays of words to be encrypted,
 * two for each tensor, and then what is known of it.
 */
public final class ModelAssetCodec {
  private static final int FORMAT = 2;

  /** The same without known words. */
  private static final int OLDER_FORMAT = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private record Header(int format, JsonNode card, List<TensorHeader> tensors, int known) {}

  private record TensorHeader(String name, List<Integer> dimensions, int fractionBits) {}

  /**
   * The two parts of a stored asset.
   *
   * @param header public JSON
   * @param words for each tensor this party's share and the next one's, then known words
   */
  public record Encoded(byte[] header, List<long[]> words) {
    @Override
    public String toString() {
      return "Encoded[***]";
    }
  }

  private ModelAssetCodec() {}

  /** What to store. The words are the shares themselves: they must be sealed. */
  public static Encoded encode(ModelAsset asset, ShareAccess access) {
    List<TensorHeader> tensors = new ArrayList<>();
    List<long[]> words = new ArrayList<>();
    for (StoredTensor tensor : asset.tensors()) {
      tensors.add(
          new TensorHeader(
              tensor.name(), tensor.shape().dimensions(), tensor.format().fractionBits()));
      words.add(tensor.shares().own());
      words.add(tensor.shares().next());
    }
    words.addAll(asset.known());
    try {
      JsonNode card = JSON.readTree(asset.card().json());
      Header header = new Header(FORMAT, card, tensors, asset.known().size());
      return new Encoded(JSON.writeValueAsBytes(header), words);
    } catch (IOException e) {
      throw new IllegalStateException("the header of " + asset + " cannot be written", e);
    }
  }

  /**
   * The card alone, from the public header.
   *
   * @throws IllegalArgumentException if the header is none
   */
  public static ModelCard card(byte[] header) {
    return card(parse(header));
  }

  /**
   * The asset.
   *
   * @throws IllegalArgumentException if header and words do not fit
   */
  public static ModelAsset decode(byte[] header, List<long[]> words) {
    Header parsed = parse(header);
    int ofShares = 2 * parsed.tensors().size();
    if (words.size() != ofShares + parsed.known()) {
      throw new IllegalArgumentException(
          "a stored model of "
              + parsed.tensors().size()
              + " tensors has "
              + words.size()
              + " arrays of shares");
    }
    List<StoredTensor> tensors = new ArrayList<>();
    for (int i = 0; i < parsed.tensors().size(); i++) {
      TensorHeader tensor = parsed.tensors().get(i);
      tensors.add(
          new StoredTensor(
              tensor.name(),
              new Shape(tensor.dimensions()),
              new FixedPoint(tensor.fractionBits()),
              new SharePair(words.get(2 * i), words.get(2 * i + 1))));
    }
    return new ModelAsset(card(parsed), tensors, words.subList(ofShares, words.size()));
  }

  private static ModelCard card(Header header) {
    return ModelCard.parse(header.card().toString().getBytes(StandardCharsets.UTF_8));
  }

  private static Header parse(byte[] bytes) {
    try {
      JsonNode tree = JSON.readTree(bytes);
      if (!tree.isObject()) {
        throw new IllegalArgumentException("the header of a stored model is a JSON object");
      }
      if (tree.path("format").asInt() == OLDER_FORMAT) {
        ((ObjectNode) tree).put("format", FORMAT).put("known", 0);
      }
      Header header = JSON.treeToValue(tree, Header.class);
      if (header.format() != FORMAT) {
        throw new IllegalArgumentException(
            "a stored model has format " + header.format() + ", this node knows " + FORMAT);
      }
      return header;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a stored model: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a stored model: " + e.getMessage(), e);
    }
  }
}
