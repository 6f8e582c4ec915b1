package io.consilium.datasets.encoding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How much of its declared range a number of one site uses. All arithmetic on shares is in parts of
 * that range, so a range far wider than the data costs digits, and one wild value hides all others.
 * For those who may see the site's records: it is computed of them, and never leaves the site.
 *
 * @param column of the schema
 * @param low nine of ten values, and all but one of few, are not below this, in the column's unit
 * @param high nor above this
 * @param min of the declared range
 * @param max of the declared range
 */
public record RangeUse(String column, double low, double high, double min, double max) {
  /** Fewer values say nothing. */
  private static final int VALUES_MIN = 4;

  /** Of values on either side that are not looked at. */
  private static final double TAIL = 0.05;

  /** A smaller part of the range deserves a word. */
  private static final double PART_MIN = 1e-3;

  /**
   * The numbers of which nine of ten values lie within a thousandth of the declared range. A column
   * of equal values is not among them: no range would help it.
   */
  public static List<RangeUse> narrow(EncodedTable table) {
    List<RangeUse> narrow = new ArrayList<>();
    List<EncodedFeature> features = table.layout().features();
    for (int j = 0; j < features.size(); j++) {
      if (features.get(j).kind() == EncodedFeature.Kind.NUMBER) {
        double[] values = present(table, j);
        if (values.length >= VALUES_MIN) {
          RangeUse use = of(features.get(j), values);
          if (use.part() > 0 && use.part() < PART_MIN) {
            narrow.add(use);
          }
        }
      }
    }
    return narrow;
  }

  private static double[] present(EncodedTable table, int feature) {
    int width = table.layout().size();
    return IntStream.range(0, table.rows())
        .map(i -> i * width + feature)
        .filter(i -> table.presence()[i] != 0)
        .mapToDouble(i -> table.features()[i])
        .sorted()
        .toArray();
  }

  private static RangeUse of(EncodedFeature feature, double[] sorted) {
    int tail = Math.max(1, (int) (TAIL * sorted.length));
    double[] ends = {sorted[tail], sorted[sorted.length - 1 - tail], 0, 1};
    double[] units = Arrays.stream(ends).map(x -> feature.offset() + x * feature.scale()).toArray();
    return new RangeUse(feature.column(), units[0], units[1], units[2], units[3]);
  }

  /** What nine of ten values use of the range. */
  public double part() {
    return (high - low) / (max - min);
  }

  /** A warning for those who may see the records. */
  public String sentence() {
    return String.format(
        Locale.ROOT,
        "column '%s': nine of ten values lie between %s and %s, %.2g %% of the declared range %s to"
            + " %s; declare the range that values really have, and look for wild ones",
        column,
        number(low),
        number(high),
        100 * part(),
        number(min),
        number(max));
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.7g", value);
    double rounded = Double.parseDouble(text);
    return rounded == Math.rint(rounded) && Math.abs(rounded) < 1e15
        ? String.format(Locale.ROOT, "%.0f", rounded)
        : String.valueOf(rounded);
  }
}
