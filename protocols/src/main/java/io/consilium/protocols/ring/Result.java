package io.consilium.protocols.ring;

/** Where the elements of a product are added. */
interface Result {
  /** The array that holds the result. */
  long[] elements();

  /** The distance from an element to the one below it. */
  int rowStride();

  /** Threads may write at the same time if they are apart by a multiple of so many rows ... */
  default int rowUnit() {
    return 1;
  }

  /** ... or by a multiple of so many columns. */
  default int columnUnit() {
    return 1;
  }

  /**
   * The index of element (row, column) if the {@code columns} elements from there on lie side by
   * side, or -1 if they do not.
   */
  int indexOfRun(int row, int column, int columns);

  /** Adds a tile, stored with rows of {@code stride}. */
  void add(long[] tile, int stride, Area area);

  /** A rectangle of a result. */
  record Area(int rowFrom, int rows, int columnFrom, int columns) {}
}
