package io.consilium.bench.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder with a model and data sets of inputs and expected outputs, as the tests of ONNX are.
 *
 * @param tier {@link #MODEL} for a whole network
 */
record TestFolder(String name, String tier, Path directory) {
  static final String CORE = "core";
  static final String EXTRA = "extra";
  static final String MODEL = "model";

  private static final String MANIFEST = "MANIFEST.tsv";
  private static final String MODEL_FILE = "model.onnx";

  /** The tests that a manifest lists with their tiers; without one, every folder with a model. */
  static List<TestFolder> below(Path directory) throws IOException {
    Path manifest = directory.resolve(MANIFEST);
    return Files.isRegularFile(manifest) ? listed(directory, manifest) : found(directory);
  }

  private static List<TestFolder> listed(Path directory, Path manifest) throws IOException {
    List<TestFolder> tests = new ArrayList<>();
    for (String line : Files.readAllLines(manifest).stream().skip(1).toList()) {
      String[] fields = line.split("\t", -1);
      if (fields.length >= 2) {
        tests.add(new TestFolder(fields[0], fields[1], directory.resolve(fields[0])));
      }
    }
    return tests;
  }

  private static List<TestFolder> found(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.getFileName().toString().equals(MODEL_FILE))
          .map(Path::getParent)
          .sorted()
          .map(folder -> new TestFolder(directory.relativize(folder).toString(), MODEL, folder))
          .toList();
    }
  }

  boolean isModel() {
    return tier.equals(MODEL);
  }

  Path model() {
    return directory.resolve(MODEL_FILE);
  }
}
