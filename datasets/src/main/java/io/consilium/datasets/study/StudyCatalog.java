package io.consilium.datasets.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.datasets.definition.DefinitionNode;
import io.consilium.datasets.definition.Documents;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.definition.Suggestion;
import io.consilium.datasets.schema.AdmittedColumns;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.source.Admission;
import io.consilium.datasets.split.DeclaredRecords;
import io.consilium.datasets.split.SplitRule;
import io.consilium.datasets.synthetic.HospitalProfile;
import io.consilium.datasets.synthetic.StudyGenerator;
import io.consilium.datasets.synthetic.SyntheticHospitals;
import io.consilium.datasets.synthetic.SyntheticXrays;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The studies that ship with the project. */
public final class StudyCatalog {
  private static final List<String> NAMES =
      List.of(
          "heart-disease",
          "mnist",
          "mnist-lenet",
          "pneumonia",
          "readmission",
          "synthetic-heart",
          "synthetic-xray",
          "wdbc");
  private static final String QUERY = "query";
  private static final String PART = "$PART";
  private static final List<String> SETTINGS = List.of("preprocessing", "model", "training");

  private StudyCatalog() {}

  public static List<String> names() {
    return NAMES;
  }

  /**
   * The study of a name.
   *
   * @throws InvalidDefinitionException if there is no such study
   */
  public static Study load(String name) throws InvalidDefinitionException {
    return load(name, OptionalInt.empty());
  }

  /**
   * A study of made-up records with another number of hospitals, of the same mean size; a study of
   * real hospitals is as it is.
   *
   * @param hospitals 1 to 26. The study's compute parties are unchanged, so with fewer hospitals
   *     than three they are not all hospitals
   * @throws InvalidDefinitionException if there is no such study
   */
  public static Study load(String name, int hospitals) throws InvalidDefinitionException {
    return load(name, OptionalInt.of(hospitals));
  }

  private static Study load(String name, OptionalInt hospitals) throws InvalidDefinitionException {
    if (!NAMES.contains(name)) {
      throw new InvalidDefinitionException(
          "study", "'" + name + "' is not known" + Suggestion.hint(name, NAMES));
    }
    return read(name, Documents.parse(resource(name), name), hospitals);
  }

  private static Study read(String name, JsonNode document, OptionalInt hospitalCount)
      throws InvalidDefinitionException {
    DefinitionNode root =
        DefinitionNode.of(
            document,
            name,
            Set.of(
                "description",
                "dataset",
                "definition",
                "hospitals",
                "synthetic",
                "computeParties",
                "seeds",
                "effort",
                "schema",
                "split",
                "preprocessing",
                "model",
                "training"));
    Optional<StudyGenerator> generator =
        root.has("synthetic") ? Optional.of(generator(root, hospitalCount)) : Optional.empty();
    List<Long> seeds = new ArrayList<>();
    root.array("seeds").forEach(seed -> seeds.add(seed.longValue()));
    StudySchema schema = StudySchema.parse(root.required("schema"));
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    if (schema.split().isEmpty()) {
      settings.set(SplitRule.KEY, root.required(SplitRule.KEY));
    }
    for (String key : SETTINGS) {
      settings.set(key, root.required(key));
    }
    return new Study(
        name,
        root.text("description"),
        root.text("dataset"),
        schema,
        generator.isPresent() ? synthetic(generator.get(), schema) : hospitals(root, schema),
        root.texts("computeParties"),
        seeds,
        settings,
        StudyEffort.read(root),
        generator);
  }

  /**
   * The definition of every hospital is the common one with the hospital's own keys put over it,
   * and with its own condition in the query where the common one says {@value #PART}.
   */
  private static List<StudyHospital> hospitals(DefinitionNode root, StudySchema schema)
      throws InvalidDefinitionException {
    List<StudyHospital> hospitals = new ArrayList<>();
    for (JsonNode item : root.array("hospitals")) {
      DefinitionNode hospital =
          DefinitionNode.of(
              item, root.pathOf("hospitals"), Set.of("name", "definition", "part", "records"));
      ObjectNode definition = root.required("definition").deepCopy();
      hospital.optional("definition").ifPresent(own -> putOver(definition, own));
      Optional<String> part = hospital.optionalText("part");
      if (part.isPresent()) {
        String query = definition.path(QUERY).asText();
        definition.put(QUERY, query.replace(PART, "(" + part.get() + ")"));
      }
      admit(definition, schema, hospital.required(DeclaredRecords.KEY));
      hospitals.add(new StudyHospital(hospital.text("name"), definition));
    }
    return hospitals;
  }

  /** Declares what the study reads, and nothing more. */
  private static void admit(ObjectNode definition, StudySchema schema, JsonNode records) {
    ObjectNode admits = definition.putObject(Admission.KEY);
    admits.set(DeclaredRecords.KEY, records);
    admits.set(AdmittedColumns.KEY, AdmittedColumns.forStudy(schema));
  }

  private static void putOver(ObjectNode common, JsonNode own) {
    own.properties()
        .forEach(entry -> {
          if (common.get(entry.getKey()) instanceof ObjectNode inner
              && entry.getValue().isObject()) {
            putOver(inner, entry.getValue());
          } else {
            common.set(entry.getKey(), entry.getValue());
          }
        });
  }

  private static StudyGenerator generator(DefinitionNode root, OptionalInt hospitals)
      throws InvalidDefinitionException {
    DefinitionNode synthetic =
        root.object("synthetic", Set.of("records", "hospitals", "rows", "seed"));
    int seed = synthetic.integer("seed", 0, Integer.MAX_VALUE);
    int usual = synthetic.integer("hospitals", 1, 26);
    int count = hospitals.orElse(usual);
    int rows = synthetic.integer("rows", 1, 100_000_000) / usual * count;
    String records = synthetic.text("records");
    return switch (records) {
      case "heart" -> new SyntheticHospitals(HospitalProfile.several(count, rows, seed), seed);
      case "xrays" -> new SyntheticXrays(count, rows, seed);
      default ->
          throw new InvalidDefinitionException(
              synthetic.pathOf("records"), "'" + records + "' is not known");
    };
  }

  private static List<StudyHospital> synthetic(StudyGenerator generator, StudySchema schema) {
    List<StudyHospital> hospitals = new ArrayList<>();
    generator
        .definitions()
        .forEach((name, definition) -> {
          new SourcePaths(definition).resolve(Path.of(name));
          admit(definition, schema, IntNode.valueOf(generator.rows().get(name)));
          hospitals.add(new StudyHospital(name, definition));
        });
    return hospitals;
  }

  private static String resource(String name) {
    String path = "/io/consilium/datasets/studies/" + name + ".yaml";
    try (InputStream in = StudyCatalog.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + path + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
