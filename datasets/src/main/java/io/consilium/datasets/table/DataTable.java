package io.consilium.datasets.table;

import io.consilium.datasets.image.Pixels;
import io.consilium.datasets.schema.Column;
import io.consilium.datasets.schema.ColumnType;
import io.consilium.datasets.schema.StudySchema;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * Records of one site that fit a schema: every value is of its column's type and range. Never
 * empty. The records are in the clear: a table stays inside the process that read it, and it has no
 * printable form.
 */
public final class DataTable {
  private final StudySchema schema;
  private final int rows;
  private final Map<String, ColumnData> columns;

  DataTable(StudySchema schema, int rows, Map<String, ColumnData> columns) {
    this.schema = schema;
    this.rows = rows;
    this.columns = Map.copyOf(columns);
  }

  public StudySchema schema() {
    return schema;
  }

  public int rows() {
    return rows;
  }

  /** Whether the column was read; labels and weights are not when only predictions are wanted. */
  public boolean has(Column column) {
    return columns.containsKey(column.name());
  }

  /** The numbers of a column in original units, NaN where missing. A copy. */
  public double[] numbers(Column column) {
    if (data(column) instanceof ColumnData.Numbers numbers) {
      return numbers.values.clone();
    }
    throw wrongType(column, "numbers");
  }

  /** The position of each value in the column's list of categories, -1 where missing. A copy. */
  public int[] levels(Column column) {
    if (data(column) instanceof ColumnData.Levels levels) {
      return levels.values.clone();
    }
    throw wrongType(column, "categories");
  }

  /** The pictures of a column, of the size that the schema says. */
  public List<Pixels> images(Column column) {
    if (data(column) instanceof ColumnData.Images images) {
      return Collections.unmodifiableList(Arrays.asList(images.values));
    }
    throw wrongType(column, "images");
  }

  /** The texts of a column, empty where missing. */
  public List<String> texts(Column column) {
    if (data(column) instanceof ColumnData.Texts texts) {
      return List.of(texts.values);
    }
    throw wrongType(column, "texts");
  }

  /**
   * The same records as a study sees them: its columns, its order of categories, and its ranges. A
   * number outside of a range becomes the nearest bound, since a refusal would tell whoever chose
   * the range where the values are.
   *
   * @param study its columns are admitted by the declaration that this table was read by
   */
  public Fitted fit(StudySchema study) {
    Map<String, Column> own = new HashMap<>();
    schema.columns().forEach(column -> own.put(key(column), column));
    Map<String, ColumnData> fitted = new HashMap<>();
    SequencedMap<String, Integer> clamped = new TreeMap<>();
    for (Column wanted : study.columns()) {
      Column column = own.get(key(wanted));
      if (column == null || !has(column) || wanted.type() instanceof ColumnType.Text) {
        continue;
      }
      ColumnData.Fitted result = data(column).fit(column.type(), wanted.type());
      fitted.put(wanted.name(), result.data());
      if (result.clamped() > 0) {
        clamped.put(wanted.name(), result.clamped());
      }
    }
    return new Fitted(new DataTable(study, rows, fitted), clamped);
  }

  /**
   * Records as a study sees them.
   *
   * @param clamped how many numbers of each column were outside of the study's range; for the
   *     people of the site only
   */
  public record Fitted(DataTable table, SequencedMap<String, Integer> clamped) {}

  private static String key(Column column) {
    return column.name().toLowerCase(Locale.ROOT);
  }

  /**
   * The records at the given positions, in that order.
   *
   * @param positions from 0; not empty
   */
  public DataTable select(int[] positions) {
    if (positions.length == 0) {
      throw new IllegalArgumentException("a table cannot be empty");
    }
    Map<String, ColumnData> selected = new HashMap<>();
    columns.forEach((name, data) -> selected.put(name, data.select(positions)));
    return new DataTable(schema, positions.length, selected);
  }

  private ColumnData data(Column column) {
    ColumnData data = columns.get(column.name());
    if (data == null) {
      throw new IllegalArgumentException("the column " + column.name() + " was not read");
    }
    return data;
  }

  private static IllegalArgumentException wrongType(Column column, String wanted) {
    return new IllegalArgumentException("the column " + column.name() + " does not hold " + wanted);
  }

  @Override
  public String toString() {
    return "DataTable[" + rows + " rows, " + columns.size() + " columns]";
  }
}
