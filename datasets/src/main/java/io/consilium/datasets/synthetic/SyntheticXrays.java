package io.consilium.datasets.synthetic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.datasets.definition.Documents;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.image.Png;
import io.consilium.datasets.split.SeededStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Hospitals with folders of made-up X-rays as PNG files and a list of findings. They differ in
 * size, in how many of their patients are sick, in the exposure of their machines and in how they
 * write findings down. Everything follows from the seed.
 */
public final class SyntheticXrays implements StudyGenerator {
  private static final String DATASET = "xrays";
  private static final String FOLDER = "scans";
  private static final String LIST = "findings.csv";

  /** Sizes in proportion, parts that are sick, exposures: of the first hospitals, then again. */
  private static final List<Profile> PROFILES =
      List.of(new Profile(5, 0.35, 0), new Profile(4, 0.5, 25), new Profile(3, 0.65, -20));

  private final List<Integer> rows;
  private final long seed;

  private record Profile(int size, double sickShare, double exposure) {
    static Profile of(int hospital) {
      return PROFILES.get(hospital % PROFILES.size());
    }
  }

  /**
   * Hospitals {@code hospital-a}, {@code hospital-b}, ...
   *
   * @param count from 1 to 26
   * @param rowsInAll images of all hospitals together
   */
  public SyntheticXrays(int count, int rowsInAll, long seed) {
    this.seed = seed;
    int sizes = IntStream.range(0, count).map(i -> Profile.of(i).size()).sum();
    this.rows =
        IntStream.range(0, count)
            .mapToObj(i -> (int) ((long) rowsInAll * Profile.of(i).size() / sizes))
            .toList();
  }

  @Override
  public SequencedMap<String, ObjectNode> definitions() {
    SequencedMap<String, ObjectNode> definitions = new LinkedHashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      try {
        definitions.put(name(i), (ObjectNode) Documents.parse(definition(i), name(i)));
      } catch (InvalidDefinitionException e) {
        throw new IllegalStateException(e);
      }
    }
    return definitions;
  }

  @Override
  public Map<String, Integer> rows() {
    return IntStream.range(0, rows.size())
        .boxed()
        .collect(Collectors.toMap(SyntheticXrays::name, rows::get));
  }

  @Override
  public List<Path> write(Path directory) throws IOException {
    List<Path> sites = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      Path site = directory.resolve(name(i));
      Files.createDirectories(site.resolve(FOLDER));
      Files.write(site.resolve(LIST), images(i, site.resolve(FOLDER)));
      Files.writeString(
          site.resolve("datasets.yaml"),
          "datasets:\n  " + DATASET + ":\n" + definition(i).indent(4));
      sites.add(site);
    }
    return sites;
  }

  /** Writes the images and returns the lines of their list. */
  private List<String> images(int hospital, Path folder) throws IOException {
    SeededStream random = new SeededStream(seed, "xrays/" + name(hospital));
    Profile profile = Profile.of(hospital);
    XrayModel model = new XrayModel(random, profile.exposure());
    List<String> lines = new ArrayList<>();
    lines.add(writesWords(hospital) ? "scan;finding" : "file,sick");
    for (int i = 0; i < rows.get(hospital); i++) {
      boolean sick = random.nextDouble() < profile.sickShare();
      String file = String.format(Locale.ROOT, "%04d.png", i + 1);
      Files.write(folder.resolve(file), Png.write(model.next(sick)));
      lines.add(
          writesWords(hospital)
              ? file + ";" + (sick ? "opacity" : "none")
              : file + "," + (sick ? 1 : 0));
    }
    return lines;
  }

  private static String definition(int hospital) {
    return writesWords(hospital)
        ? """
        source: {type: images, directory: scans, labels: findings.csv, file: scan, delimiter: ";"}
        query: |
          SELECT image,
                 CASE finding WHEN 'none' THEN '0' WHEN 'opacity' THEN '1' ELSE finding END AS sick
          FROM source
        """
        : """
        source: {type: images, directory: scans, labels: findings.csv}
        query: SELECT image, sick FROM source
        """;
  }

  /** Every second hospital has its own words for the findings. */
  private static boolean writesWords(int hospital) {
    return hospital % 2 == 1;
  }

  private static String name(int hospital) {
    return "hospital-" + (char) ('a' + hospital);
  }
}
