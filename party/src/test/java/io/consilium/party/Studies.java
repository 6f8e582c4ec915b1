package io.consilium.party;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Small studies for tests: manifests, and records that a linear model can learn from. */
public final class Studies {

  /** What every policy of {@link TestConsortium} lets a job open. */
  private static final String COMMON =
      """
      purpose: "A test"
      dataset: %s
      split: {train: 0.75, seed: 7, stratified: %s}
      preprocessing: {standardise: true}
      training: {epochs: 2, batchSize: 32, learningRate: 0.1, momentum: 0.5, l2: 0.001, seed: 42}
      suite: rep3
      precision: {fractionBits: 16}
      serving: {allowed: true}
      """;

  private static final String FEATURES =
      """
        - {name: dose, type: number, unit: mg, min: -10, max: 10, missing: mean}
        - {name: level, type: number, min: 0, max: 5000}
        - {name: kind, type: category, categories: ["plain", "mixed", "odd"]}
      """;

  private Studies() {}

  public static ObjectNode logistic(
      String name, List<String> parties, List<String> computeParties) {
    return manifest(
        name,
        parties,
        computeParties,
        "model: {type: logistic}\n",
        "  - {name: outcome, type: category, categories: [\"no\", \"yes\"], role: label}\n",
        "study",
        "accuracy");
  }

  static ObjectNode softmax(String name, List<String> parties, List<String> computeParties) {
    return manifest(
        name,
        parties,
        computeParties,
        "model: {type: softmax}\n",
        "  - {name: grade, type: category, categories: [\"low\", \"mid\", \"high\"], role:"
            + " label}\n",
        "grades",
        "accuracy");
  }

  /** A perceptron with a hidden layer, for the grades of {@link #softmax}. */
  public static ObjectNode network(String name, List<String> parties, List<String> computeParties) {
    return manifest(
        name,
        parties,
        computeParties,
        """
        model:
          type: network
          layers:
            - dense: {units: 8, init: he}
            - relu
            - dropout: {probability: 0.1}
            - dense: {units: 3}
          loss: softmaxCrossEntropy
        """,
        "  - {name: grade, type: category, categories: [\"low\", \"mid\", \"high\"], role:"
            + " label}\n",
        "grades",
        "accuracy");
  }

  public static ObjectNode linear(String name, List<String> parties, List<String> computeParties) {
    return manifest(
        name,
        parties,
        computeParties,
        "model: {type: linear}\n",
        "  - {name: score, type: number, min: -10, max: 10, role: label}\n",
        "scores",
        "r2");
  }

  /** Levels of each category of {@link #wide}, the first of which gives no feature. */
  private static final int LEVELS = 1_000;

  private static final List<String> PLACES = List.of("ward", "clinic", "region", "device");

  /** Features of {@link #wide}. */
  public static final int WIDE_FEATURES = 1 + PLACES.size() * (LEVELS - 1);

  /**
   * A logistic model over few columns that make thousands of features, so that few records make
   * large shares.
   *
   * @param mayMiss whether the dose may be missing
   */
  public static ObjectNode wide(
      String name, List<String> parties, List<String> computeParties, boolean mayMiss) {
    ObjectNode manifest =
        manifest(
            name,
            parties,
            computeParties,
            "model: {type: logistic}\n",
            "  - {name: outcome, type: category, categories: [\"no\", \"yes\"], role: label}\n",
            "wide",
            "accuracy");
    ArrayNode columns = (ArrayNode) manifest.at("/schema/columns");
    ObjectNode label = (ObjectNode) columns.get(columns.size() - 1);
    columns.removeAll();
    ObjectNode dose = columns.addObject().put("name", "dose").put("type", "number");
    dose.put("min", -10).put("max", 10).put("missing", mayMiss ? "mean" : "reject");
    for (String place : PLACES) {
      ArrayNode levels =
          columns.addObject().put("name", place).put("type", "category").putArray("categories");
      for (int level = 0; level < LEVELS; level++) {
        levels.add(place + level);
      }
    }
    columns.add(label);
    return manifest;
  }

  /** Records of {@link #wide}; none is missing. */
  public static void writeWide(Path file, int rows, long seed) throws IOException {
    Random random = new Random(seed);
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("dose," + String.join(",", PLACES) + ",outcome\n");
      for (int i = 0; i < rows; i++) {
        double dose = random.nextDouble() * 8 - 4;
        out.write(String.format(Locale.ROOT, "%.3f", dose));
        for (String place : PLACES) {
          out.write("," + place + random.nextInt(LEVELS));
        }
        out.write(dose + random.nextGaussian() / 4 > 0 ? ",yes\n" : ",no\n");
      }
    }
  }

  private static ObjectNode manifest(
      String name,
      List<String> parties,
      List<String> computeParties,
      String model,
      String label,
      String dataset,
      String metric) {
    boolean classes = !metric.equals("r2");
    String text =
        "kind: train\nname: "
            + name
            + "\n"
            + COMMON.formatted(dataset, classes)
            + model
            + "schema:\n  columns:\n"
            + FEATURES.indent(2)
            + label.indent(2)
            + "disclosures:\n";
    try {
      ObjectNode manifest = (ObjectNode) new YAMLMapper().readTree(text + "  []\n");
      ArrayNode everybody = manifest.putArray("parties");
      parties.forEach(everybody::add);
      ArrayNode three = manifest.putArray("computeParties");
      computeParties.forEach(three::add);
      disclose(manifest, "rowCounts", "parties");
      disclose(manifest, "loss", "researcher");
      disclose(manifest, metric, "researcher");
      disclose(manifest, "prediction", "client");
      return manifest;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public static void disclose(ObjectNode manifest, String value, String to) {
    manifest.withArray("disclosures").addObject().put("value", value).put("to", to);
  }

  public static ObjectNode holders(ObjectNode manifest, String... holders) {
    ArrayNode names = manifest.putArray("dataHolders");
    List.of(holders).forEach(names::add);
    return manifest;
  }

  /** The header of all columns of all studies, with the labels. */
  public static final String HEADER = "dose,level,kind,outcome,grade,score";

  /** Records of one site; the same seed gives the same ones. */
  public static String csv(int rows, long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    List<String> kinds = List.of("plain", "mixed", "odd");
    for (int i = 0; i < rows; i++) {
      double dose = random.nextDouble() * 8 - 4;
      double level = random.nextDouble() * 1000;
      int kind = random.nextInt(3);
      double score = dose + level / 500 + kind - 2;
      String outcome = score + random.nextGaussian() / 4 > 0 ? "yes" : "no";
      String grade = score < -2 ? "low" : score < 2 ? "mid" : "high";
      text.append(
          String.format(
              Locale.ROOT,
              "%s,%.3f,%s,%s,%s,%.4f%n",
              i % 17 == 3 ? "" : String.format(Locale.ROOT, "%.3f", dose),
              level,
              kinds.get(kind),
              outcome,
              grade,
              Math.clamp(score, -9.9, 9.9)));
    }
    return text.toString();
  }
}
