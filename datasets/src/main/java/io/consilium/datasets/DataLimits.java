package io.consilium.datasets;

/**
 * The bounds of everything that is read from a site's source.
 *
 * @param rowsMax records in one table
 * @param columnsMax columns of a source or of a query result
 * @param cellCharsMax characters of one value
 * @param lineBytesMax bytes of one line of a CSV or NDJSON file
 * @param filesMax files that one pattern may match
 * @param problemsMax problems that are reported together
 * @param memoryMegabytesMax memory of the query engine
 * @param threads threads of the query engine
 * @param querySecondsMax time of one query
 */
public record DataLimits(
    int rowsMax,
    int columnsMax,
    int cellCharsMax,
    int lineBytesMax,
    int filesMax,
    int problemsMax,
    int memoryMegabytesMax,
    int threads,
    int querySecondsMax) {

  public static DataLimits defaults() {
    return new DataLimits(10_000_000, 4096, 1024, 4 << 20, 1000, 20, 1024, 2, 600);
  }

  public DataLimits withRowsMax(int rows) {
    return new DataLimits(
        rows,
        columnsMax,
        cellCharsMax,
        lineBytesMax,
        filesMax,
        problemsMax,
        memoryMegabytesMax,
        threads,
        querySecondsMax);
  }

  public DataLimits withMemoryMegabytesMax(int megabytes) {
    return new DataLimits(
        rowsMax,
        columnsMax,
        cellCharsMax,
        lineBytesMax,
        filesMax,
        problemsMax,
        megabytes,
        threads,
        querySecondsMax);
  }

  public DataLimits withQuerySecondsMax(int seconds) {
    return new DataLimits(
        rowsMax,
        columnsMax,
        cellCharsMax,
        lineBytesMax,
        filesMax,
        problemsMax,
        memoryMegabytesMax,
        threads,
        seconds);
  }
}
