package io.consilium.training;

import io.consilium.protocols.Backend;

/** The shared rows of one part of a site, wherever they are; read block by block. */
@FunctionalInterface
public interface SharedRows {
  /** A site without rows. */
  SharedRows NONE =
      (_, block) -> {
        throw new IllegalArgumentException(
            "site " + block.site() + " shared nothing, not " + block);
      };

  /**
   * The rows of a block.
   *
   * @throws IllegalArgumentException if there are no such rows
   */
  SecurePart load(Backend b, DataBlock block);

  /** The block will not be loaded any more: whoever keeps it on disk may delete it. */
  default void discard(DataBlock block) {}

  /** Rows that are in memory as a whole. */
  static SharedRows of(SecurePart part) {
    return (b, block) -> {
      if (block.to() > part.rows()) {
        throw new IllegalArgumentException(
            "site " + block.site() + " shared " + part.rows() + " rows, not " + block);
      }
      return part.range(b, block.from(), block.to());
    };
  }
}
