package io.consilium.datasets.encoding;

/**
 * One input of the model, public and the same at every site.
 *
 * @param name such as {@code age}, {@code cp=4}, {@code fbs.missing} or {@code scan[3,7]}
 * @param column the column of the schema it comes from
 * @param kind how it is computed
 * @param level the position of the category that a {@link Kind#LEVEL} stands for, or of a {@link
 *     Kind#PIXEL} row by row; otherwise 0
 * @param offset what is subtracted from the original value; 0 unless a {@link Kind#NUMBER} or a
 *     {@link Kind#PIXEL}
 * @param scale what the difference is divided by, positive; 1 unless a {@link Kind#NUMBER} or a
 *     {@link Kind#PIXEL}
 * @param maskable whether the value may be missing and is then to be replaced by the joint mean
 */
public record EncodedFeature(
    String name,
    String column,
    Kind kind,
    int level,
    double offset,
    double scale,
    boolean maskable) {

  /** How an input is computed from its column. */
  public enum Kind {
    /** (value - offset) / scale, from 0 to 1. */
    NUMBER,
    /** 1 if the value is this category, otherwise 0. */
    LEVEL,
    /** (value - offset) / scale, from 0 to 1, of one pixel of an image. */
    PIXEL,
    /** 1 if the value is missing, otherwise 0. */
    MISSING
  }
}
