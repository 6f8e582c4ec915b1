package io.consilium.datasets.source;

import io.consilium.datasets.DataLimits;
import io.consilium.datasets.DatasetException;
import io.consilium.datasets.definition.Documents;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.Purpose;
import java.nio.file.Path;

/** Reads a data set from its definition in YAML. */
final class SourceFixture {
  private SourceFixture() {}

  static DataTable read(StudySchema schema, Path directory, String definition)
      throws DatasetException {
    return read(schema, directory, definition, DataLimits.defaults());
  }

  static DataTable read(StudySchema schema, Path directory, String definition, DataLimits limits)
      throws DatasetException {
    return Dataset.define(
            "heart", Documents.parse(definition, "test"), "datasets.heart", directory, limits)
        .read(schema, Purpose.TRAINING);
  }
}
