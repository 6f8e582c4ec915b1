package io.consilium.datasets.encoding;

import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import io.consilium.datasets.image.Pixels;
import io.consilium.datasets.schema.Column;
import io.consilium.datasets.schema.ColumnType;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.table.DataTable;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Local preprocessing: typed records become the numbers of a {@link FeatureLayout}, with ND4J in
 * double precision. Training tables and a client's single question take the same path.
 */
public final class FeatureEncoder {
  private final StudySchema schema;
  private final FeatureLayout layout;

  public FeatureEncoder(StudySchema schema) {
    this.schema = schema;
    this.layout = FeatureLayout.of(schema);
  }

  public FeatureLayout layout() {
    return layout;
  }

  /**
   * The numbers of all rows of a table.
   *
   * @param table read with the schema of this encoder
   */
  public EncodedTable encode(DataTable table) {
    if (!table.schema().equals(schema)) {
      throw new IllegalArgumentException("the table was read with another schema");
    }
    int rows = table.rows();
    int width = layout.size();
    if ((long) rows * width > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("too many numbers for one table; encode it in parts");
    }
    try (INDArray features = Nd4j.create(DataType.DOUBLE, rows, width);
        INDArray presence = Nd4j.ones(DataType.DOUBLE, rows, width)) {
      int at = 0;
      for (Column column : schema.features()) {
        at +=
            column.type() instanceof ColumnType.Image type
                ? putPixels(features, at, type, table.images(column))
                : putColumn(features, presence, at, column, table);
      }
      return new EncodedTable(
          layout,
          rows,
          features.data().asDouble(),
          presence.data().asDouble(),
          labels(table),
          table.schema().weight().filter(table::has).map(table::numbers));
    }
  }

  /** Returns how many features the image has. */
  private static int putPixels(
      INDArray features, int first, ColumnType.Image type, List<Pixels> images) {
    int size = type.pixels();
    double[] values = new double[images.size() * size];
    for (int row = 0; row < images.size(); row++) {
      images.get(row).copyTo(values, row * size);
    }
    INDArray target = features.get(all(), interval(first, first + size));
    try (INDArray scaled =
        Nd4j.createFromArray(values)
            .reshape(images.size(), size)
            .subi(type.minimum())
            .divi(type.span())) {
      target.assign(scaled);
    }
    return size;
  }

  /** Returns how many features the column has. */
  private int putColumn(
      INDArray features, INDArray presence, int first, Column column, DataTable table) {
    int at = first;
    try (RawColumn raw = RawColumn.of(table, column)) {
      for (; at < layout.size() && isOf(column, at); at++) {
        try (INDArray values = values(layout.features().get(at), raw)) {
          features.putColumn(at, values);
        }
        if (layout.features().get(at).maskable()) {
          presence.putColumn(at, raw.presence());
        }
      }
    }
    return at - first;
  }

  private boolean isOf(Column column, int feature) {
    return layout.features().get(feature).column().equals(column.name());
  }

  private static INDArray values(EncodedFeature feature, RawColumn raw) {
    return switch (feature.kind()) {
      // Adding 0 turns the -0.0 of a masked negative number into 0.0.
      case NUMBER ->
          raw.values().sub(feature.offset()).divi(feature.scale()).muli(raw.presence()).addi(0.0);
      case LEVEL -> {
        try (INDArray matches = raw.values().eq(feature.level())) {
          yield matches.castTo(DataType.DOUBLE);
        }
      }
      case MISSING -> raw.presence().rsub(1);
      case PIXEL -> throw new IllegalStateException("pixels are put as whole images");
    };
  }

  private static Optional<double[]> labels(DataTable table) {
    Column label = table.schema().label();
    if (!table.has(label)) {
      return Optional.empty();
    }
    try (RawColumn raw = RawColumn.of(table, label);
        INDArray coded =
            label.type() instanceof ColumnType.Numeric type
                ? raw.values().sub(type.min()).divi(type.span())
                : raw.values().dup()) {
      return Optional.of(coded.data().asDouble());
    }
  }

  /**
   * The values of a column outside the Java heap, and which of them are there. Missing numbers are
   * 0 here, because NaN times 0 is NaN; a missing category is level -1, which no feature stands
   * for.
   */
  private record RawColumn(INDArray values, INDArray presence) implements AutoCloseable {
    static RawColumn of(DataTable table, Column column) {
      double[] values =
          column.type() instanceof ColumnType.Category
              ? toDoubles(table.levels(column))
              : table.numbers(column);
      double[] presence = new double[values.length];
      boolean category = column.type() instanceof ColumnType.Category;
      for (int i = 0; i < values.length; i++) {
        boolean missing = category ? values[i] < 0 : Double.isNaN(values[i]);
        presence[i] = missing ? 0 : 1;
        if (missing && !category) {
          values[i] = 0;
        }
      }
      return new RawColumn(Nd4j.createFromArray(values), Nd4j.createFromArray(presence));
    }

    private static double[] toDoubles(int[] levels) {
      double[] values = new double[levels.length];
      for (int i = 0; i < levels.length; i++) {
        values[i] = levels[i];
      }
      return values;
    }

    @Override
    public void close() {
      values.close();
      presence.close();
    }
  }
}
