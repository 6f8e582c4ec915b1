package io.consilium.datasets.source;

import io.consilium.datasets.DataLimits;
import io.consilium.datasets.table.DataProblem;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.InvalidDataException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;

/**
 * DuckDB in memory, for one query over one source.
 *
 * <p>The order is what keeps a query from anything but its own records: first the source's files
 * become the table {@code source}, then access to files, network, extensions and configuration is
 * closed for good, and only then the query runs. Nothing is spilled to disk, because that would put
 * records there in the clear.
 */
final class FileEngine {
  private final String label;
  private final DataSource.Local source;
  private final DataLimits limits;

  FileEngine(String label, DataSource.Local source, DataLimits limits) {
    this.label = label;
    this.source = source;
    this.limits = limits;
  }

  DataTable query(String query, QueryReader reader) throws InvalidDataException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:", properties())) {
      ImageShelf images = load(connection);
      lockDown(connection);
      return run(connection, query, reader, images);
    } catch (SQLException e) {
      // Opening and locking fail only when the engine itself is broken; no record is involved yet.
      throw new IllegalStateException("the query engine does not start", e);
    }
  }

  private Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("memory_limit", limits.memoryMegabytesMax() + "MB");
    properties.setProperty("threads", Integer.toString(limits.threads()));
    properties.setProperty("temp_directory", "");
    properties.setProperty("autoinstall_known_extensions", "false");
    properties.setProperty("autoload_known_extensions", "false");
    properties.setProperty("jdbc_stream_results", "true");
    return properties;
  }

  private ImageShelf load(Connection connection) throws SQLException, InvalidDataException {
    return switch (source) {
      case DataSource.Files files -> {
        load(connection, files, SourceFiles.find(label, files.path(), limits.filesMax()));
        yield ImageShelf.EMPTY;
      }
      case DataSource.Folder folder -> new FolderLoader(label, folder, limits).load(connection);
      case DataSource.Idx idx -> new IdxLoader(label, idx, limits).load(connection);
    };
  }

  private void load(Connection connection, DataSource.Files source, List<Path> files)
      throws InvalidDataException {
    switch (source) {
      case DataSource.Csv csv -> new CsvLoader(label, csv, limits).load(connection, files);
      case DataSource.Parquet _ -> {
        for (Path file : files) {
          tryOn(connection, file, "FROM parquet_schema(" + Sql.literal(file.toString()) + ")");
        }
        create(connection, "read_parquet(" + Sql.paths(files) + ")", files);
      }
      case DataSource.Ndjson _ -> new NdjsonLoader(label, limits).load(connection, files);
    }
  }

  /** Finds out which file it is that cannot be read. */
  private void tryOn(Connection connection, Path file, String sql) throws InvalidDataException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new InvalidDataException(
          label, DataProblem.file(file.getFileName().toString(), "is not a readable Parquet file"));
    }
  }

  private void create(Connection connection, String from, List<Path> files)
      throws InvalidDataException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE source AS SELECT * FROM " + from);
    } catch (SQLException e) {
      throw new InvalidDataException(label, EngineErrors.whileLoading(e, files, limits));
    }
  }

  private static void lockDown(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET enable_external_access=false");
      statement.execute("SET lock_configuration=true");
    }
  }

  private DataTable run(Connection connection, String query, QueryReader reader, ImageShelf images)
      throws InvalidDataException {
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(limits.querySecondsMax());
      // As a table the result counts towards the memory limit, whatever its size.
      statement.execute("CREATE TABLE query_result AS " + query);
    } catch (SQLException e) {
      throw new InvalidDataException(label, EngineErrors.inQuery(e, query, limits));
    }
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT * FROM query_result")) {
      return reader.read(result, images);
    } catch (SQLException e) {
      throw new InvalidDataException(label, EngineErrors.inQuery(e, query, limits));
    }
  }
}
