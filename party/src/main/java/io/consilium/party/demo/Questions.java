package io.consilium.party.demo;

import io.consilium.datasets.image.Pixels;
import io.consilium.datasets.image.Png;
import io.consilium.datasets.schema.Column;
import io.consilium.datasets.schema.ColumnType;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.table.DataTable;
import io.consilium.party.files.PrivateFiles;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A client's questions as a CSV file: records that no training used, without their label. */
final class Questions {

  /** Where the images are, beside the CSV file. */
  private static final String FOLDER = "images";

  private Questions() {}

  /** Writes the questions, and beside them a PNG file for each image. */
  static void write(StudySchema schema, List<DataTable> tables, Path file) throws IOException {
    Workspace.write(file, csv(schema, tables));
    if (schema.image().isPresent()) {
      Path folder = file.resolveSibling(FOLDER);
      PrivateFiles.createDirectory(folder);
      int table = 0;
      for (DataTable records : tables) {
        List<Pixels> images = records.images(schema.image().get());
        for (int row = 0; row < images.size(); row++) {
          PrivateFiles.replace(folder.resolve(imageName(table, row)), Png.write(images.get(row)));
        }
        table++;
      }
    }
  }

  private static String imageName(int table, int row) {
    return (table + 1) + "-" + (row + 1) + ".png";
  }

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
    for (int number = 0; number < tables.size(); number++) {
      DataTable table = tables.get(number);
      int place = number;
      List<List<String>> cells =
          columns.stream().map(column -> cells(table, place, column)).toList();
      for (int row = 0; row < table.rows(); row++) {
        int at = row;
        text.append(cells.stream().map(column -> column.get(at)).collect(Collectors.joining(",")))
            .append('\n');
      }
    }
    return text.toString();
  }

  private static List<String> cells(DataTable table, int place, Column column) {
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
      case ColumnType.Image _ -> {
        for (int row = 0; row < table.rows(); row++) {
          cells.add(FOLDER + "/" + imageName(place, row));
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
