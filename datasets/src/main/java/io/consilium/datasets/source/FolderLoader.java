package io.consilium.datasets.source;

import io.consilium.datasets.DataLimits;
import io.consilium.datasets.image.ImageFiles;
import io.consilium.datasets.image.Pixels;
import io.consilium.datasets.image.UnreadableImageException;
import io.consilium.datasets.table.Cell;
import io.consilium.datasets.table.DataProblem;
import io.consilium.datasets.table.InvalidDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Loads the list of a folder's images as the table {@code source}: the columns of the list and one
 * of the images. A file is opened only if the query takes its record.
 *
 * <p>The name of an image file may tell whose image it is, so errors name the record of the list.
 */
final class FolderLoader {
  private static final String LOADED = "image_records";

  private final String label;
  private final DataSource.Folder folder;
  private final DataLimits limits;
  private final List<Path> files = new ArrayList<>();
  private long bytes;

  FolderLoader(String label, DataSource.Folder folder, DataLimits limits) {
    this.label = label;
    this.folder = folder;
    this.limits = limits;
  }

  ImageShelf load(Connection connection) throws SQLException, InvalidDataException {
    SourceFiles.requireReadable(label, folder.list().path());
    new CsvLoader(label, folder.list(), limits).load(connection, List.of(folder.list().path()));
    requireColumns(connection);
    findFiles(connection);
    String ticket = ImageShelf.Ticket.sql("rowid") + " AS " + Sql.name(folder.imageColumn());
    execute(connection, "ALTER TABLE source RENAME TO " + LOADED);
    execute(
        connection,
        "CREATE TABLE source AS SELECT "
            + (replacesNames() ? "* REPLACE (" + ticket + ")" : "*, " + ticket)
            + " FROM "
            + LOADED
            + " ORDER BY rowid");
    execute(connection, "DROP TABLE " + LOADED);
    return this::at;
  }

  private boolean replacesNames() {
    return folder.imageColumn().equalsIgnoreCase(folder.fileColumn());
  }

  private void requireColumns(Connection connection) throws SQLException, InvalidDataException {
    if (!hasColumn(connection, folder.fileColumn())) {
      throw refuse(
          DataProblem.file(
              listName(),
              "has no column '"
                  + folder.fileColumn()
                  + "' with the names of the image files; say with the key 'file' which it is"));
    }
    if (!replacesNames() && hasColumn(connection, folder.imageColumn())) {
      throw refuse(
          DataProblem.file(
              listName(),
              "has a column '"
                  + folder.imageColumn()
                  + "', which is the name that the images get; rename it, or name it with the key"
                  + " 'file' if it holds the names of the files"));
    }
  }

  private static boolean hasColumn(Connection connection, String name) throws SQLException {
    try (ResultSet columns = connection.getMetaData().getColumns(null, null, "source", "%")) {
      while (columns.next()) {
        if (columns.getString("COLUMN_NAME").equalsIgnoreCase(name)) {
          return true;
        }
      }
      return false;
    }
  }

  private void findFiles(Connection connection) throws SQLException, InvalidDataException {
    List<DataProblem> problems = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet names =
            statement.executeQuery(
                "SELECT " + Sql.name(folder.fileColumn()) + " FROM source ORDER BY rowid")) {
      Path root = root();
      while (names.next() && problems.size() < limits.problemsMax()) {
        int record = files.size() + 1;
        Path file = file(root, names.getString(1));
        files.add(file);
        problem(root, file)
            .ifPresent(reason -> problems.add(DataProblem.record(listName(), record, reason)));
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidDataException(label, problems, problems.size() == limits.problemsMax());
    }
  }

  private Path root() throws InvalidDataException {
    try {
      return folder.directory().toRealPath();
    } catch (IOException e) {
      throw refuse(
          DataProblem.file(folder.directory().toString(), "is not a folder that can be read"));
    }
  }

  /** The root itself, which is no image file, for a name that is missing or none. */
  private static Path file(Path root, String name) {
    try {
      return name == null || name.isBlank() ? root : root.resolve(name.strip()).normalize();
    } catch (InvalidPathException e) {
      return root;
    }
  }

  private static Optional<String> problem(Path root, Path file) {
    if (file.equals(root)) {
      return Optional.of("names no image file");
    }
    if (!file.startsWith(root)) {
      return Optional.of("names a file outside the folder of the images");
    }
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      return Optional.of("names an image file that is not there or cannot be read");
    }
    try {
      return file.toRealPath().startsWith(root)
          ? Optional.empty()
          : Optional.of("names a link that leads outside the folder of the images");
    } catch (IOException e) {
      return Optional.of("names an image file that cannot be read");
    }
  }

  private Cell at(int position) {
    if (position < 0 || position >= files.size()) {
      return new Cell.Unreadable("is not the column of the images of the source");
    }
    String place = listName() + ", record " + (position + 1);
    try {
      Pixels pixels = ImageFiles.read(files.get(position));
      bytes += pixels.bytes();
      return bytes > (long) limits.memoryMegabytesMax() << 20
          ? new Cell.Unreadable(
              "and the images before it need more than "
                  + limits.memoryMegabytesMax()
                  + " megabytes; raise limits.memoryMegabytes in datasets.yaml")
          : new Cell.Image(pixels, place);
    } catch (UnreadableImageException e) {
      return new Cell.Unreadable("the image (" + place + ") " + e.getMessage());
    }
  }

  private String listName() {
    return folder.list().path().getFileName().toString();
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private InvalidDataException refuse(DataProblem problem) {
    return new InvalidDataException(label, problem);
  }
}
