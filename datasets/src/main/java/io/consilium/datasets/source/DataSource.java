package io.consilium.datasets.source;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where a site's records are. */
sealed interface DataSource {
  /** Texts that mean that a value is missing; NULL and blank texts always do. */
  Set<String> missing();

  /** Files that the query engine reads. */
  sealed interface Files extends DataSource {
    /** A file, or a pattern such as {@code /data/2024-*.csv}. Absolute. */
    Path path();
  }

  /**
   * Delimited text in UTF-8, quoted as in RFC 4180.
   *
   * @param columns the names of the columns; empty when the first line of each file has them
   */
  record Csv(Path path, char delimiter, List<String> columns, Set<String> missing)
      implements Files {
    boolean hasHeader() {
      return columns.isEmpty();
    }
  }

  record Parquet(Path path, Set<String> missing) implements Files {}

  /** One JSON object per line, such as a FHIR bulk export. */
  record Ndjson(Path path, Set<String> missing) implements Files {}

  /**
   * A database with a JDBC driver on the class path.
   *
   * @param driver the driver's class, for drivers that do not announce themselves
   */
  record Jdbc(
      String url,
      Optional<String> user,
      Optional<Path> passwordFile,
      Optional<String> driver,
      Map<String, String> properties,
      Set<String> missing)
      implements DataSource {
    /** A URL may hold a password, and properties may as well. */
    @Override
    public String toString() {
      return "Jdbc[hidden]";
    }
  }
}
