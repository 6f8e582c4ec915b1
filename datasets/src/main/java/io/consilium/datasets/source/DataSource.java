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

  /** What is read into the query engine before the query. */
  sealed interface Local extends DataSource {}

  /** Files that the query engine reads by itself. */
  sealed interface Files extends Local {
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
   * Pictures and their classes in files of the idx format.
   *
   * @param images absolute
   * @param labels absolute; the classes of the pictures in the file at the same place of the list
   */
  record Idx(List<Path> images, List<Path> labels) implements Local {
    public Idx {
      images = List.copyOf(images);
      labels = List.copyOf(labels);
    }

    @Override
    public Set<String> missing() {
      return Set.of();
    }
  }

  /**
   * A folder of image files, and a list of them.
   *
   * @param directory of the images; names in the list are relative to it and stay in it
   * @param fileColumn the column of the list that has the names
   * @param imageColumn the column that the images get; the same name puts them in place of the
   *     names
   */
  record Folder(Path directory, Csv list, String fileColumn, String imageColumn) implements Local {
    static final String FILE = "file";
    static final String IMAGE = "image";

    @Override
    public Set<String> missing() {
      return list.missing();
    }
  }

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
