package io.consilium.bench.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder with a model and data sets of inputs and expected outputs, as the tests of ONNX are; or
 * a file with an architecture, whose weights were replaced by constants, and one output.
 *
 * @param tier {@link #MODEL} for a whole network, {@link #LIGHT} for an architecture
 */
record TestFolder(String name, String tier, Path directory) {
  static final String CORE = "core";
  static final String EXTRA = "extra";
  static final String MODEL = "model";
  static final String LIGHT = "light";

  private static final String MANIFEST = "MANIFEST.tsv";
  private static final String MODEL_FILE = "model.onnx";
  private static final Pattern LIGHT_FILE = Pattern.compile("(light_.+)\\.onnx");

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
      return files.sorted().map(file -> at(directory, file)).flatMap(Optional::stream).toList();
    }
  }

  private static Optional<TestFolder> at(Path directory, Path file) {
    String name = file.getFileName().toString();
    Path folder = file.getParent();
    Matcher light = LIGHT_FILE.matcher(name);
    if (light.matches()) {
      return Optional.of(new TestFolder(light.group(1), LIGHT, folder));
    }
    return name.equals(MODEL_FILE)
        ? Optional.of(new TestFolder(directory.relativize(folder).toString(), MODEL, folder))
        : Optional.empty();
  }

  boolean isModel() {
    return tier.equals(MODEL);
  }

  boolean isLight() {
    return tier.equals(LIGHT);
  }

  Path model() {
    return directory.resolve(isLight() ? name + ".onnx" : MODEL_FILE);
  }

  /** What an architecture gives with its constants as weights. */
  Path lightOutput() {
    return directory.resolve(name + "_output_0.pb");
  }
}
