package io.consilium.inference;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.consilium.inference.onnx.OutputRule;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What everybody may know about a model: where it comes from, who computes it, and how a record
 * must be encoded so that it means what it meant in training.
 *
 * <p>All three compute parties have the same card, to the byte: the session that serves the model
 * is bound to its {@link #digest}. So nothing in it may depend on a site or on its clock.
 *
 * @param version 1 for the first model of the name
 * @param kind the type of the model, such as {@code logistic}
 * @param jobId the job that trained or imported it
 * @param planDigest what the parties agreed to compute in that job
 * @param computeParties names of P0, P1 and P2 in this order
 * @param model what makes the program of the restored tensors; opaque here
 * @param schema the study schema; opaque here
 * @param layout how the columns of the schema become features; opaque here
 * @param created when, as the job's documents say it; ISO 8601
 */
public record ModelCard(
    String name,
    int version,
    String kind,
    String jobId,
    String planDigest,
    List<String> computeParties,
    JsonNode model,
    JsonNode schema,
    JsonNode layout,
    Features features,
    Output output,
    String created) {
  /** Bytes of a card at most. */
  public static final int BYTES_MAX = 1 << 19;

  /** Columns of a question or an answer at most: a volume of 160 voxels each way. */
  static final int COLUMNS_MAX = 1 << 22;

  private static final int CLASSES_MAX = 1 << 14;
  private static final int TEXT_MAX = 200;
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,38}");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /**
   * What a question looks like: [rows, columns] codes and a mask of the same shape.
   *
   * @param magnitudeMax the largest absolute value of a feature for which the program is right
   */
  public record Features(int columns, int fractionBits, double magnitudeMax) {
    public Features {
      requireColumns(columns);
      FixedPoint _ = new FixedPoint(fractionBits);
      if (!(magnitudeMax > 0 && magnitudeMax < 0x1p40)) {
        throw new IllegalArgumentException("no feature is within +-" + magnitudeMax);
      }
    }

    /** The format of the codes. */
    public FixedPoint format() {
      return new FixedPoint(fractionBits);
    }

    /** The shape of so many records. */
    public Shape shape(int rows) {
      return Shape.matrix(rows, columns);
    }
  }

  /**
   * What an answer looks like: [rows, columns] codes.
   *
   * @param kind {@code value}, {@code probability} of the second class alone, or one of the words
   *     of {@link OutputRule.Kind}
   * @param classes names of the classes by their numbers, which is the order of the columns of
   *     probabilities and logits; one column of these is that of the second class; empty if there
   *     are none
   */
  public record Output(String kind, List<String> classes, int columns, int fractionBits) {
    public Output {
      requireText("output kind", kind);
      classes = List.copyOf(classes);
      requireColumns(columns);
      FixedPoint _ = new FixedPoint(fractionBits);
      if (classes.size() > CLASSES_MAX) {
        throw new IllegalArgumentException("a card names at most " + CLASSES_MAX + " classes");
      }
    }

    /** The format of the codes. */
    public FixedPoint format() {
      return new FixedPoint(fractionBits);
    }

    private boolean is(OutputRule.Kind wanted) {
      return kind.equals(wanted.word());
    }

    /** Whether answers are numbers of classes; {@link #className} tells their names. */
    public boolean namesClasses() {
      return is(OutputRule.Kind.CLASS) || is(OutputRule.Kind.TOP_K);
    }

    /** Whether an answer names several classes, the likeliest first. */
    @JsonIgnore
    public boolean isRanked() {
      return is(OutputRule.Kind.TOP_K);
    }

    /** Whether answers are the numbers before a sigmoid or softmax. */
    @JsonIgnore
    public boolean isLogits() {
      return is(OutputRule.Kind.LOGITS);
    }

    /** The name of a class by its number in an answer, or the number if it has no name. */
    public String className(double number) {
      int index = (int) number;
      return 0 <= index && index < classes.size() ? classes.get(index) : Integer.toString(index);
    }
  }

  public ModelCard {
    requireName("model", name);
    if (version < 1) {
      throw new IllegalArgumentException("versions count from 1, not " + version);
    }
    requireText("kind", kind);
    requireText("job id", jobId);
    requireText("plan digest", planDigest);
    requireText("time of creation", created);
    computeParties = List.copyOf(computeParties);
    computeParties.forEach(party -> requireName("party", party));
    if (computeParties.size() != 3 || new HashSet<>(computeParties).size() != 3) {
      throw new IllegalArgumentException(
          "a model has three different compute parties, not " + computeParties);
    }
  }

  private static void requireName(String what, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("the name of a " + what + " is of the form " + NAME);
    }
  }

  private static void requireText(String what, String text) {
    if (text.isBlank() || text.length() > TEXT_MAX) {
      throw new IllegalArgumentException(
          "the " + what + " of a model card has 1 to " + TEXT_MAX + " characters");
    }
  }

  private static void requireColumns(int columns) {
    if (columns < 1 || columns > COLUMNS_MAX) {
      throw new IllegalArgumentException(
          "a model card has 1 to " + COLUMNS_MAX + " columns, not " + columns);
    }
  }

  /** Which of the three a party is for this model. */
  public Optional<ComputeParty> roleOf(String party) {
    int index = computeParties.indexOf(party);
    return index < 0 ? Optional.empty() : Optional.of(ComputeParty.of(index));
  }

  /** The name of a compute party. */
  public String nameOf(ComputeParty party) {
    return computeParties.get(party.ordinal());
  }

  /** Whether it is a network that was trained elsewhere; then {@link NetworkCard} is its schema. */
  @JsonIgnore
  public boolean isImported() {
    return kind.equals(ImportedModels.KIND);
  }

  /** Whether a question says which features are missing; tensors of a network are complete. */
  boolean hasMask() {
    return !isImported();
  }

  /** The elements of an answer to so many records. */
  public int outputElements(int rows) {
    return Math.multiplyExact(rows, output.columns());
  }

  /** Name and version for people. */
  public String title() {
    return "model '" + name + "' version " + version;
  }

  /** The card in canonical JSON: keys in order, no space. */
  public byte[] json() {
    try {
      byte[] json = JSON.writeValueAsBytes(JSON.<JsonNode>valueToTree(this));
      if (json.length > BYTES_MAX) {
        throw new IllegalStateException(
            "the card of " + title() + " is longer than " + BYTES_MAX + " bytes");
      }
      return json;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the card of " + title() + " cannot be written", e);
    }
  }

  /**
   * Reads a card.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static ModelCard parse(byte[] json) {
    if (json.length > BYTES_MAX) {
      throw new IllegalArgumentException("a model card has at most " + BYTES_MAX + " bytes");
    }
    try {
      JsonNode tree = JSON.readTree(json);
      if (!tree.isObject()) {
        throw new IllegalArgumentException("a model card is a JSON object");
      }
      return JSON.treeToValue(tree, ModelCard.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a model card: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a model card: " + e.getMessage(), e);
    }
  }

  /** SHA-256 of the card. Sessions and stored shares are bound to it. */
  public byte[] digest() {
    return Sha256.of("model card").with(json()).digest();
  }
}
