package io.consilium.datasets.definition;

import io.consilium.datasets.DatasetException;

/** A schema, a {@code datasets.yaml} or a study that cannot be understood. */
public final class InvalidDefinitionException extends DatasetException {
  private static final long serialVersionUID = 1L;

  /**
   * A problem at a place.
   *
   * @param place where: a file, or the path of a key such as {@code schema.columns[2].min}
   * @param problem what is wrong and what to do about it
   */
  public InvalidDefinitionException(String place, String problem) {
    super(place + ": " + problem);
  }
}
