package io.consilium.datasets.source;

import io.consilium.datasets.DataLimits;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.table.Cell;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.InvalidDataException;
import io.consilium.datasets.table.Purpose;
import io.consilium.datasets.table.TableBuilder;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Turns the result of a query into a checked table. */
record QueryReader(
    String label, StudySchema schema, Purpose purpose, Set<String> missing, DataLimits limits) {

  /**
   * Reads all rows.
   *
   * @param images what the tickets among the values stand for
   */
  DataTable read(ResultSet result, ImageShelf images) throws SQLException, InvalidDataException {
    ResultSetMetaData meta = result.getMetaData();
    int width = meta.getColumnCount();
    List<String> names = new ArrayList<>();
    Kind[] kinds = new Kind[width];
    for (int i = 0; i < width; i++) {
      names.add(meta.getColumnLabel(i + 1));
      kinds[i] = kind(meta.getColumnType(i + 1));
    }
    TableBuilder table = new TableBuilder(schema, purpose, label, names, missing, limits);
    Cell[] cells = new Cell[width];
    while (result.next()) {
      for (int i = 0; i < width; i++) {
        cells[i] =
            switch (kinds[i]) {
              case TYPED -> Cell.of(result.getObject(i + 1));
              case BYTES -> images.cell(result.getBytes(i + 1));
              case TEXT -> Cell.of(result.getString(i + 1));
            };
      }
      table.add(cells);
    }
    return table.build();
  }

  private enum Kind {
    TYPED,
    BYTES,
    TEXT
  }

  /** Everything else is read as text: dates, identifiers, JSON and types of one database only. */
  private static Kind kind(int type) {
    return switch (type) {
      case Types.BIT,
          Types.BOOLEAN,
          Types.TINYINT,
          Types.SMALLINT,
          Types.INTEGER,
          Types.BIGINT,
          Types.REAL,
          Types.FLOAT,
          Types.DOUBLE,
          Types.NUMERIC,
          Types.DECIMAL ->
          Kind.TYPED;
      case Types.BLOB, Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY -> Kind.BYTES;
      default -> Kind.TEXT;
    };
  }
}
