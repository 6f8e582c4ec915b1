package io.consilium.party.demo;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the user asked for.
 *
 * @param study the name of a study that ships with the project
 * @param data where its files are, if it is not one of made-up records
 * @param workspace where runs are kept
 * @param json whether the last line of standard output is the JSON object
 * @param keep whether the nodes stay up until the program is interrupted
 * @param seeds how many repetitions; otherwise those of the study
 * @param alone whether each hospital's own model is trained for comparison; otherwise as the study
 *     says
 * @param hospitals how many made-up hospitals; otherwise those of the study
 */
public record DemoOptions(
    String study,
    Optional<Path> data,
    Path workspace,
    boolean json,
    boolean keep,
    OptionalInt seeds,
    Optional<Boolean> alone,
    OptionalInt hospitals) {

  /** Needs no data. */
  public static final String STUDY_DEFAULT = "synthetic-heart";
}
