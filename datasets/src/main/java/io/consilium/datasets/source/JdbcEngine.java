package io.consilium.datasets.source;

import io.consilium.datasets.DataLimits;
import io.consilium.datasets.table.DataProblem;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.InvalidDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.Set;

/**
 * Runs the query in the site's own database. The messages of a database may quote values and its
 * URL may hold a password, so errors name only the step and the SQL state.
 */
final class JdbcEngine {
  private static final int LOGIN_SECONDS_MAX = 30;
  private static final int FETCH_ROWS = 1000;
  private static final int PASSWORD_CHARS_MAX = 4096;

  private final String label;
  private final DataSource.Jdbc database;
  private final DataLimits limits;

  JdbcEngine(String label, DataSource.Jdbc database, DataLimits limits) {
    this.label = label;
    this.database = database;
    this.limits = limits;
  }

  DataTable query(String query, QueryReader reader) throws InvalidDataException {
    loadDriver();
    Properties properties = properties();
    try (Connection connection = connect(properties)) {
      return run(connection, query, reader);
    } catch (SQLException e) {
      throw refuse("the connection to the database cannot be closed" + state(e));
    }
  }

  private void loadDriver() throws InvalidDataException {
    if (database.driver().isPresent()) {
      try {
        Class.forName(database.driver().get());
      } catch (ClassNotFoundException e) {
        throw refuse(
            "the driver class "
                + database.driver().get()
                + " is not on the class path; put the driver's jar beside the program's");
      }
    }
  }

  private Connection connect(Properties properties) throws InvalidDataException {
    try {
      DriverManager.setLoginTimeout(LOGIN_SECONDS_MAX);
      return DriverManager.getConnection(database.url(), properties);
    } catch (SQLException e) {
      throw refuse(
          "the database cannot be reached, or refuses the user, or its driver is not on the class"
              + " path"
              + state(e));
    }
  }

  private DataTable run(Connection connection, String query, QueryReader reader)
      throws InvalidDataException {
    try {
      // Without a transaction some drivers read the whole result into memory.
      connection.setAutoCommit(false);
      // The query was to read only; whatever else it did is undone.
      try (Rollback _ = connection::rollback;
          Statement statement = connection.createStatement()) {
        statement.setFetchSize(FETCH_ROWS);
        statement.setQueryTimeout(limits.querySecondsMax());
        try (ResultSet result = statement.executeQuery(query)) {
          return reader.read(result, ImageShelf.EMPTY);
        }
      }
    } catch (SQLException e) {
      throw refuse(
          "the database refuses the query"
              + state(e)
              + "; try the query in the database's own client");
    }
  }

  private Properties properties() throws InvalidDataException {
    Properties properties = new Properties();
    database.properties().forEach(properties::setProperty);
    if (database.user().isPresent()) {
      properties.setProperty("user", database.user().get());
    }
    if (database.passwordFile().isPresent()) {
      properties.setProperty("password", password(database.passwordFile().get()));
    }
    return properties;
  }

  private String password(Path file) throws InvalidDataException {
    try {
      if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (permissions.contains(PosixFilePermission.GROUP_READ)
            || permissions.contains(PosixFilePermission.OTHERS_READ)) {
          throw refuse("the password file " + file + " can be read by others; chmod 600 it");
        }
      }
      if (Files.size(file) > PASSWORD_CHARS_MAX) {
        throw refuse("the password file " + file + " is too long");
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw refuse("the password file " + file + " cannot be read");
    }
  }

  private interface Rollback extends AutoCloseable {
    @Override
    void close() throws SQLException;
  }

  private InvalidDataException refuse(String reason) {
    return new InvalidDataException(label, DataProblem.whole(reason));
  }

  private static String state(SQLException error) {
    String state = error.getSQLState();
    return state != null && state.matches("[0-9A-Z]{5}") ? " (SQL state " + state + ")" : "";
  }
}
