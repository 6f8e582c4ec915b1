package io.consilium.training;

/** Where the rows of a training are kept. Each party decides for itself. */
@FunctionalInterface
public interface RowStores {
  /** All rows in memory. */
  RowStores IN_MEMORY = (_, _) -> new RowsInMemory();

  /**
   * A store without rows.
   *
   * @param name what it holds, one word
   * @param elements ring elements that it will hold, about
   */
  RowStore create(String name, long elements);
}
