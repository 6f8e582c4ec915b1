package io.consilium.datasets.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.consilium.datasets.DataLimits;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.source.Dataset;
import io.consilium.datasets.synthetic.StudyGenerator;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A study that ships with the project: the schema, how each hospital's files map to it, and a
 * training that suits it.
 *
 * @param name such as {@code heart-disease}
 * @param description one sentence for people
 * @param dataset the name of the data set at every hospital
 * @param hospitals in a fixed order
 * @param computeParties three of the hospitals, P0 to P2
 * @param seeds the seeds of the repetitions that a published figure is the mean of
 * @param settings the keys {@code split, preprocessing, model, training} of a manifest, opaque
 *     here; without {@code split} if a column of the schema divides the records
 * @param effort what trying the study out takes
 * @param generator writes the hospitals' files, if the records are made up
 */
public record Study(
    String name,
    String description,
    String dataset,
    StudySchema schema,
    List<StudyHospital> hospitals,
    List<String> computeParties,
    List<Long> seeds,
    ObjectNode settings,
    StudyEffort effort,
    Optional<StudyGenerator> generator) {
  public Study {
    hospitals = List.copyOf(hospitals);
    computeParties = List.copyOf(computeParties);
    seeds = List.copyOf(seeds);
  }

  /** The part of a manifest that follows from the study; the caller adds kind, name and purpose. */
  public ObjectNode manifest() {
    ObjectNode manifest = JsonNodeFactory.instance.objectNode();
    hospitals.forEach(hospital -> manifest.withArray("parties").add(hospital.name()));
    computeParties.forEach(manifest.withArray("computeParties")::add);
    manifest.put("dataset", dataset);
    manifest.set("schema", schema.toJson());
    manifest.setAll(settings.deepCopy());
    return manifest;
  }

  public StudyHospital hospital(String hospital) {
    return hospitals.stream()
        .filter(candidate -> candidate.name().equals(hospital))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the study has no hospital " + hospital));
  }

  /** One hospital's data set, with its files under the given directory. */
  public Dataset open(String hospital, Path dataDirectory, DataLimits limits)
      throws InvalidDefinitionException {
    String path = "study " + name + ": " + hospital;
    return Dataset.define(dataset, hospital(hospital).definition(), path, dataDirectory, limits);
  }

  /** The files and folders that a hospital's records are in, below the study's data directory. */
  public List<String> files(String hospital) {
    return new SourcePaths(hospital(hospital).definition()).all();
  }

  /** The text of a hospital's {@code datasets.yaml}, with the absolute paths of its files. */
  public String datasetsYaml(String hospital, Path dataDirectory) {
    ObjectNode definition = hospital(hospital).definition().deepCopy();
    new SourcePaths(definition).resolve(dataDirectory.toAbsolutePath().normalize());
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.withObject("datasets").set(dataset, definition);
    try {
      return new YAMLMapper().writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
