package io.consilium.datasets.table;

import io.consilium.datasets.image.Pixels;
import io.consilium.datasets.schema.Column;
import io.consilium.datasets.schema.ColumnType;
import io.consilium.datasets.schema.MissingPolicy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks the cells of one column and keeps them typed. */
abstract sealed class ColumnReader {
  private static final int INITIAL_ROWS = 256;

  final Column column;
  int rows;

  private ColumnReader(Column column) {
    this.column = column;
  }

  static ColumnReader of(Column column, int cellCharsMax) {
    return switch (column.type()) {
      case ColumnType.Numeric type -> new Numbers(column, type);
      case ColumnType.Category type -> new Levels(column, type);
      case ColumnType.Image type -> new Images(column, type);
      case ColumnType.Text _ -> new Texts(column, cellCharsMax);
    };
  }

  /** The reason why the cell is refused, or nothing when it was taken. */
  final Optional<String> add(Cell cell) {
    if (cell instanceof Cell.Missing && !mayBeMissing()) {
      addMissing();
      return Optional.of("is missing, and the schema refuses missing values in this column");
    }
    if (cell instanceof Cell.Unreadable(String reason)) {
      addMissing();
      return Optional.of(reason);
    }
    return take(cell);
  }

  /** Takes the cell, or a missing value in its place when it is refused. */
  abstract Optional<String> take(Cell cell);

  abstract void addMissing();

  abstract ColumnData data();

  private boolean mayBeMissing() {
    return column.missing() != MissingPolicy.REJECT || column.type() instanceof ColumnType.Text;
  }

  private static final class Numbers extends ColumnReader {
    /** Longer texts are not numbers, and need not be parsed to know it. */
    private static final int NUMBER_CHARS_MAX = 64;

    private static final Pattern DECIMAL =
        Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,3})?");
    private static final Pattern DECIMAL_COMMA = Pattern.compile("[+-]?\\d*,\\d+");
    private static final Pattern NOT_FINITE =
        Pattern.compile("[+-]?(nan|inf|infinity)", Pattern.CASE_INSENSITIVE);

    private final ColumnType.Numeric type;
    private double[] values = new double[INITIAL_ROWS];

    Numbers(Column column, ColumnType.Numeric type) {
      super(column);
      this.type = type;
    }

    @Override
    Optional<String> take(Cell cell) {
      return switch (cell) {
        case Cell.Missing _ -> {
          addMissing();
          yield Optional.empty();
        }
        case Cell.Numeric number -> check(number.value().doubleValue());
        case Cell.Text text -> parse(text.value());
        case Cell.Flag _ -> refuse("is a truth value; CAST it to INTEGER in the query");
        case Cell.Image _, Cell.Unreadable _ -> refuse("is an image, not a number");
      };
    }

    private Optional<String> parse(String text) {
      if (text.length() <= NUMBER_CHARS_MAX) {
        if (DECIMAL.matcher(text).matches()) {
          return check(Double.parseDouble(text));
        }
        if (NOT_FINITE.matcher(text).matches()) {
          return check(Double.NaN);
        }
        if (DECIMAL_COMMA.matcher(text).matches()) {
          return refuse("has a decimal comma; use replace(..., ',', '.') in the query");
        }
      }
      return refuse("is not a number");
    }

    private Optional<String> check(double value) {
      if (!Double.isFinite(value)) {
        return refuse("is not a finite number");
      }
      if (type.whole() && value != Math.rint(value)) {
        return refuse("is not a whole number");
      }
      if (value < type.min() || value > type.max()) {
        return refuse("is outside the range of the schema, " + range());
      }
      append(value);
      return Optional.empty();
    }

    private String range() {
      String unit = type.unit().map(name -> " " + name).orElse("");
      return plain(type.min()) + " to " + plain(type.max()) + unit;
    }

    private static String plain(double bound) {
      return new Cell.Numeric(bound).text();
    }

    private Optional<String> refuse(String reason) {
      addMissing();
      return Optional.of(reason);
    }

    @Override
    void addMissing() {
      append(Double.NaN);
    }

    private void append(double value) {
      if (rows == values.length) {
        values = Arrays.copyOf(values, 2 * rows);
      }
      values[rows++] = value;
    }

    @Override
    ColumnData data() {
      return new ColumnData.Numbers(Arrays.copyOf(values, rows));
    }
  }

  private static final class Levels extends ColumnReader {
    private static final int CATEGORIES_SHOWN_MAX = 10;
    private static final String QUOTES = "'\"`\u2018\u2019\u201c\u201d";
    private static final String NEARLY =
        "; it differs from one only in case, or by quotes or blanks around it: map it in the query,"
            + " for example lower(trim(column, ' ''\"'))";

    private final Map<String, Integer> levels = new HashMap<>();
    private final Set<String> folded = new HashSet<>();
    private final String unknown;
    private int[] values = new int[INITIAL_ROWS];

    Levels(Column column, ColumnType.Category type) {
      super(column);
      List<String> categories = type.categories();
      for (int level = 0; level < categories.size(); level++) {
        levels.put(categories.get(level), level);
        folded.add(folded(categories.get(level)));
      }
      unknown =
          "is not one of the "
              + categories.size()
              + " categories of the schema"
              + (categories.size() <= CATEGORIES_SHOWN_MAX
                  ? " (" + String.join(", ", categories) + ")"
                  : "");
    }

    @Override
    Optional<String> take(Cell cell) {
      return switch (cell) {
        case Cell.Missing _ -> {
          addMissing();
          yield Optional.empty();
        }
        case Cell.Numeric number -> find(number.text());
        case Cell.Text text -> find(text.value());
        case Cell.Flag flag -> find(Boolean.toString(flag.value()));
        case Cell.Image _, Cell.Unreadable _ -> {
          addMissing();
          yield Optional.of("is an image, not a category");
        }
      };
    }

    private Optional<String> find(String category) {
      Integer level = levels.get(category);
      append(level == null ? ColumnData.NO_LEVEL : level);
      return level == null
          ? Optional.of(folded.contains(folded(category)) ? unknown + NEARLY : unknown)
          : Optional.empty();
    }

    /** Without what people do not see or do not mean: case, blanks and quotes around the word. */
    private static String folded(String category) {
      String bare = category;
      while (bare.length() > 1 && QUOTES.indexOf(bare.charAt(0)) >= 0) {
        bare = bare.substring(1);
      }
      while (bare.length() > 1 && QUOTES.indexOf(bare.charAt(bare.length() - 1)) >= 0) {
        bare = bare.substring(0, bare.length() - 1);
      }
      return bare.strip().toLowerCase(Locale.ROOT);
    }

    @Override
    void addMissing() {
      append(ColumnData.NO_LEVEL);
    }

    private void append(int level) {
      if (rows == values.length) {
        values = Arrays.copyOf(values, 2 * rows);
      }
      values[rows++] = level;
    }

    @Override
    ColumnData data() {
      return new ColumnData.Levels(Arrays.copyOf(values, rows));
    }
  }

  private static final class Images extends ColumnReader {
    private final ColumnType.Image type;
    private Pixels[] values = new Pixels[INITIAL_ROWS];

    Images(Column column, ColumnType.Image type) {
      super(column);
      this.type = type;
    }

    @Override
    Optional<String> take(Cell cell) {
      Optional<String> problem =
          cell instanceof Cell.Image image
              ? problem(image.pixels()).map(what -> "the image (" + image.place() + ") " + what)
              : Optional.of(
                  "is not an image; only a source of the type idx or images has some, in its"
                      + " column image");
      if (problem.isEmpty() && cell instanceof Cell.Image image) {
        append(image.pixels());
      } else {
        addMissing();
      }
      return problem;
    }

    private Optional<String> problem(Pixels pixels) {
      if (pixels.height() != type.height() || pixels.width() != type.width()) {
        return Optional.of(
            "is %d x %d pixels (height x width); the schema says %d x %d"
                .formatted(pixels.height(), pixels.width(), type.height(), type.width()));
      }
      if (pixels.largest() > type.maximum()) {
        return Optional.of(
            "has a pixel above the maximum of the schema, "
                + type.maximum()
                + "; set maximum to the largest value that the images can have");
      }
      return pixels.smallest() < type.minimum()
          ? Optional.of(
              "has a pixel below the minimum of the schema, "
                  + type.minimum()
                  + "; set minimum to the smallest value that the images can have")
          : Optional.empty();
    }

    @Override
    void addMissing() {
      append(Pixels.none());
    }

    private void append(Pixels pixels) {
      if (rows == values.length) {
        values = Arrays.copyOf(values, 2 * rows);
      }
      values[rows++] = pixels;
    }

    @Override
    ColumnData data() {
      return new ColumnData.Images(Arrays.copyOf(values, rows));
    }
  }

  private static final class Texts extends ColumnReader {
    private final int cellCharsMax;
    private String[] values = new String[INITIAL_ROWS];

    Texts(Column column, int cellCharsMax) {
      super(column);
      this.cellCharsMax = cellCharsMax;
    }

    @Override
    Optional<String> take(Cell cell) {
      String text =
          switch (cell) {
            case Cell.Missing _ -> "";
            case Cell.Numeric number -> number.text();
            case Cell.Text given -> given.value();
            case Cell.Flag flag -> Boolean.toString(flag.value());
            case Cell.Image _, Cell.Unreadable _ -> "";
          };
      if (text.length() > cellCharsMax) {
        addMissing();
        return Optional.of("is longer than " + cellCharsMax + " characters");
      }
      append(text);
      return Optional.empty();
    }

    @Override
    void addMissing() {
      append("");
    }

    private void append(String text) {
      if (rows == values.length) {
        values = Arrays.copyOf(values, 2 * rows);
      }
      values[rows++] = text;
    }

    @Override
    ColumnData data() {
      return new ColumnData.Texts(Arrays.copyOf(values, rows));
    }
  }
}
