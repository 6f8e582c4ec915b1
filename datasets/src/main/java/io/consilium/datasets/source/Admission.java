package io.consilium.datasets.source;

import io.consilium.datasets.definition.DefinitionNode;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.schema.AdmittedColumns;
import io.consilium.datasets.schema.Column;
import io.consilium.datasets.schema.ColumnType;
import io.consilium.datasets.split.DeclaredRecords;
import io.consilium.datasets.split.PartSizes;
import io.consilium.datasets.table.DataProblem;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.InvalidDataException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a site declares about one of its data sets, so that it can answer a study before it reads a
 * record.
 *
 * @param columns which columns studies may read, with their widest ranges
 * @param records how many records there are at least
 */
public record Admission(AdmittedColumns columns, DeclaredRecords records) {
  /** The key of a data set in {@code datasets.yaml}. */
  public static final String KEY = "admits";

  /** The categories of a column that divides records, whatever their order. */
  private static final Set<String> PARTS = Set.of("train", "validation");

  static Optional<Admission> read(DefinitionNode dataset) throws InvalidDefinitionException {
    if (!dataset.has(KEY)) {
      return Optional.empty();
    }
    DefinitionNode admits = dataset.object(KEY, Set.of(AdmittedColumns.KEY, DeclaredRecords.KEY));
    return Optional.of(new Admission(AdmittedColumns.read(admits), DeclaredRecords.parse(admits)));
  }

  /** Refuses a table with fewer records than declared, in all or in a part. */
  void requireRecords(String label, DataTable table) throws InvalidDataException {
    require(label, "records", table.rows(), records.all());
    if (records.parts().isEmpty()) {
      return;
    }
    PartSizes parts = records.parts().get();
    for (Column column : table.schema().columns()) {
      if (column.type() instanceof ColumnType.Category words
          && Set.copyOf(words.categories()).equals(PARTS)) {
        List<String> categories = words.categories();
        int[] levels = table.levels(column);
        require(
            label,
            "records for training",
            count(levels, categories.indexOf("train")),
            parts.training());
        require(
            label,
            "records for validation",
            count(levels, categories.indexOf("validation")),
            parts.validation());
      }
    }
  }

  private static int count(int[] levels, int wanted) {
    return (int) Arrays.stream(levels).filter(level -> level == wanted).count();
  }

  private static void require(String label, String what, int there, int declared)
      throws InvalidDataException {
    if (there < declared) {
      throw new InvalidDataException(
          label,
          DataProblem.whole(
              "has "
                  + there
                  + " "
                  + what
                  + ", and admits.records declares at least "
                  + declared
                  + "; lower that number, or look for what is missing"));
    }
  }
}
