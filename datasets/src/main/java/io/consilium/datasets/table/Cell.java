package io.consilium.datasets.table;

import io.consilium.datasets.image.Pixels;
import java.math.BigDecimal;
import java.text.Normalizer;

/** One value as a source gives it, before it is checked. It has no printable form on purpose. */
public sealed interface Cell {

  /** A value that is not there. */
  record Missing() implements Cell {}

  /** A text of a file or of a text column. */
  record Text(String value) implements Cell {
    @Override
    public String toString() {
      return "Text[hidden]";
    }
  }

  /** A number of a typed source. */
  record Numeric(Number value) implements Cell {
    /** The shortest decimal, so that 1.0 of a database matches the category 1. */
    String text() {
      return switch (value) {
        case BigDecimal decimal -> decimal.stripTrailingZeros().toPlainString();
        case Double number when isWhole(number) -> Long.toString(number.longValue());
        case Float number when isWhole(number.doubleValue()) -> Long.toString(number.longValue());
        default -> value.toString();
      };
    }

    private static boolean isWhole(double number) {
      return number == Math.rint(number) && Math.abs(number) < 1e15;
    }

    @Override
    public String toString() {
      return "Numeric[hidden]";
    }
  }

  /** A truth value of a typed source; as a category it is {@code true} or {@code false}. */
  record Flag(boolean value) implements Cell {
    @Override
    public String toString() {
      return "Flag[hidden]";
    }
  }

  /**
   * A picture.
   *
   * @param place where it comes from, for people, such as {@code labels.csv, record 7}
   */
  record Image(Pixels pixels, String place) implements Cell {
    @Override
    public String toString() {
      return "Image[hidden]";
    }
  }

  /**
   * A value that the source could not give.
   *
   * @param reason with its place in the source; holds nothing from the record
   */
  record Unreadable(String reason) implements Cell {}

  Missing MISSING = new Missing();

  /** A cell for a value as JDBC or Jackson hand it over; a text that is blank is missing. */
  static Cell of(Object value) {
    return switch (value) {
      case null -> MISSING;
      case Number number -> new Numeric(number);
      case Boolean flag -> new Flag(flag);
      default -> text(value.toString());
    };
  }

  static Cell text(String value) {
    // Equal texts may be written with letters that are composed or not.
    String stripped = Normalizer.normalize(value.strip(), Normalizer.Form.NFC);
    return stripped.isEmpty() ? MISSING : new Text(stripped);
  }
}
