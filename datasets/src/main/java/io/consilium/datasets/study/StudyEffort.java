package io.consilium.datasets.study;

import io.consilium.datasets.definition.DefinitionNode;
import io.consilium.datasets.definition.InvalidDefinitionException;
import java.util.Set;

/**
 * What it takes to try a study out on one machine.
 *
 * @param nodeMegabytes memory for the objects of each node
 * @param minutes within which one training ends
 * @param alone whether each hospital's own model is trained, too, unless the user says otherwise
 */
public record StudyEffort(int nodeMegabytes, int minutes, boolean alone) {
  private static final StudyEffort USUAL = new StudyEffort(768, 30, true);
  private static final int MEGABYTES_MAX = 1 << 20;
  private static final int MINUTES_MAX = 7 * 24 * 60;

  static StudyEffort read(DefinitionNode study) throws InvalidDefinitionException {
    if (!study.has("effort")) {
      return USUAL;
    }
    DefinitionNode effort = study.object("effort", Set.of("nodeMegabytes", "minutes", "alone"));
    return new StudyEffort(
        effort.has("nodeMegabytes")
            ? effort.integer("nodeMegabytes", USUAL.nodeMegabytes, MEGABYTES_MAX)
            : USUAL.nodeMegabytes,
        effort.has("minutes")
            ? effort.integer("minutes", USUAL.minutes, MINUTES_MAX)
            : USUAL.minutes,
        effort.flag("alone", USUAL.alone));
  }
}
