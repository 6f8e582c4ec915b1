package io.consilium.datasets.synthetic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * Hospitals with made-up records of suspected heart disease. They differ in size, age and sex of
 * their patients, how often the disease is met, what is missing, how their instruments measure and
 * how they write it all down, so that the mapping queries are really needed. Everything follows
 * from the seed.
 */
public final class SyntheticHospitals implements StudyGenerator {
  /** The name of the data set at every hospital. */
  public static final String DATASET = "heart";

  private static final String CSV = "heart.csv";

  private final List<HospitalProfile> profiles;
  private final long seed;

  public SyntheticHospitals(List<HospitalProfile> profiles, long seed) {
    this.profiles = List.copyOf(profiles);
    this.seed = seed;
  }

  public List<HospitalProfile> profiles() {
    return profiles;
  }

  @Override
  public SequencedMap<String, ObjectNode> definitions() {
    SequencedMap<String, ObjectNode> definitions = new LinkedHashMap<>();
    profiles.forEach(
        profile -> definitions.put(profile.name(), profile.convention().definition().deepCopy()));
    return definitions;
  }

  @Override
  public Map<String, Integer> rows() {
    return profiles.stream()
        .collect(Collectors.toMap(HospitalProfile::name, HospitalProfile::rows));
  }

  @Override
  public List<Path> write(Path directory) throws IOException {
    List<Path> sites = new ArrayList<>();
    for (HospitalProfile profile : profiles) {
      Path site = Files.createDirectories(directory.resolve(profile.name()));
      writeRecords(profile, site.resolve(CSV));
      Files.writeString(site.resolve("datasets.yaml"), datasetsYaml(profile.convention()));
      sites.add(site);
    }
    return sites;
  }

  private void writeRecords(HospitalProfile profile, Path file) throws IOException {
    Convention convention = profile.convention();
    try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      if (convention.header().isPresent()) {
        out.write(convention.header().get() + "\n");
      }
      for (Patient patient : new PatientModel(profile, seed).patients()) {
        out.write(convention.line(patient) + "\n");
      }
    }
  }

  private static String datasetsYaml(Convention convention) {
    return "datasets:\n  " + DATASET + ":\n" + convention.definitionText().indent(4);
  }
}
