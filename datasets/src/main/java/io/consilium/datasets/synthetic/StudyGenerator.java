package io.consilium.datasets.synthetic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Makes up the records of a study's hospitals. */
public sealed interface StudyGenerator permits SyntheticHospitals, SyntheticXrays {

  /**
   * Each hospital's name and its definition of the data set, with paths relative to the hospital's
   * own directory.
   */
  SequencedMap<String, ObjectNode> definitions();

  /** How many records each hospital has. */
  Map<String, Integer> rows();

  /**
   * Writes the records and a {@code datasets.yaml}, which declares nothing, for each hospital into
   * a directory of its name; files that are there are replaced.
   *
   * @return the hospitals' directories, in their order
   */
  List<Path> write(Path directory) throws IOException;
}
