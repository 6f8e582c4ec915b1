package io.consilium.party.demo;

import io.consilium.datasets.schema.Column;
import io.consilium.datasets.schema.ColumnType;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.table.DataTable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A client's questions as a CSV file: records that no training used, without their label. */
final class Questions {

  private Questions() {}

  /** The first records of a table, at most that many. */
  static DataTable some(DataTable records, int most) {
    int count = Math.min(most, records.rows());
    int[] positions = new int[count];
    for (int i = 0; i < count; i++) {
      positions[i] = i;
    }
    return records.select(positions);
  }

  /** One line with the names of the columns, then one line for each record of each table. */
  static String csv(StudySchema schema, List<DataTable> tables) {
    List<Column> columns = schema.features();
    StringBuilder text = new StringBuilder();
    text.append(columns.stream().map(Column::name).collect(Collectors.joining(","))).append('\n');
    for (DataTable table : tables) {
      List<List<String>> cells = columns.stream().map(column -> cells(table, column)).toList();
      for (int row = 0; row < table.rows(); row++) {
        int at = row;
        text.append(cells.stream().map(column -> column.get(at)).collect(Collectors.joining(",")))
            .append('\n');
      }
    }
    return text.toString();
  }

  private static List<String> cells(DataTable table, Column column) {
    List<String> cells = new ArrayList<>();
    switch (column.type()) {
      case ColumnType.Category type -> {
        for (int level : table.levels(column)) {
          cells.add(level < 0 ? "" : quoted(type.categories().get(level)));
        }
      }
      case ColumnType.Numeric _ -> {
        for (double value : table.numbers(column)) {
          cells.add(Double.isNaN(value) ? "" : new BigDecimal(value + "").toPlainString());
        }
      }
      case ColumnType.Text _ -> throw new IllegalArgumentException("a feature cannot be a text");
    }
    return cells;
  }

  private static String quoted(String category) {
    return '"' + category.replace("\"", "\"\"") + '"';
  }
}
