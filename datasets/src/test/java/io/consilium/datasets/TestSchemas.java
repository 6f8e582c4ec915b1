package io.consilium.datasets;

import io.consilium.datasets.definition.Documents;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.schema.StudySchema;

/** Schemas for tests. */
public final class TestSchemas {
  private static final String SMALL =
      """
      columns:
        - {name: patient, role: id}
        - {name: age, type: integer, unit: years, min: 0, max: 120}
        - {name: chol, type: number, min: 100, max: 300, missing: mean}
        - {name: cp, type: category, categories: [a, b, c]}
        - {name: fbs, type: category, categories: ["0", "1"], missing: indicator}
        - {name: disease, type: category, categories: ["no", "yes"], role: label}
      """;

  private TestSchemas() {}

  public static StudySchema small() {
    return parse(SMALL);
  }

  public static StudySchema parse(String yaml) {
    try {
      return StudySchema.parse(Documents.parse(yaml, "test"));
    } catch (InvalidDefinitionException e) {
      throw new IllegalStateException(e);
    }
  }
}
