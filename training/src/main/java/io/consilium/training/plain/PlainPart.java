package io.consilium.training.plain;

import java.util.List;

/**
 * Rows in the clear. They never leave the process that read them and have no printable form.
 *
 * @param columns features
 * @param features rows x columns, row by row, from 0 to 1; 0 where missing
 * @param presence rows x columns: 1 where the value is there, 0 where it is missing
 * @param labels one a row: a number, or a class from 0 on
 */
public record PlainPart(int columns, double[] features, double[] presence, double[] labels) {
  public PlainPart {
    int size = labels.length * columns;
    if (features.length != size || presence.length != size) {
      throw new IllegalArgumentException(
          "%d labels, %d features and %d presences do not fit %d columns"
              .formatted(labels.length, features.length, presence.length, columns));
    }
  }

  public int rows() {
    return labels.length;
  }

  /** Rows one behind the other, as the secure program puts those of the sites. */
  public static PlainPart concatenated(List<PlainPart> parts) {
    return new PlainPart(
        parts.getFirst().columns(),
        joined(parts.stream().map(PlainPart::features).toList()),
        joined(parts.stream().map(PlainPart::presence).toList()),
        joined(parts.stream().map(PlainPart::labels).toList()));
  }

  private static double[] joined(List<double[]> arrays) {
    double[] all = new double[arrays.stream().mapToInt(array -> array.length).sum()];
    int at = 0;
    for (double[] array : arrays) {
      System.arraycopy(array, 0, all, at, array.length);
      at += array.length;
    }
    return all;
  }

  @Override
  public String toString() {
    return "PlainPart[" + rows() + " rows, " + columns + " columns]";
  }
}
