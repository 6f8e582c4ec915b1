package io.consilium.datasets.source;

import io.consilium.datasets.DataLimits;
import io.consilium.datasets.image.IdxFile;
import io.consilium.datasets.image.UnreadableImageException;
import io.consilium.datasets.table.Cell;
import io.consilium.datasets.table.DataProblem;
import io.consilium.datasets.table.InvalidDataException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Loads idx files as the table {@code source} with the columns {@code position} (in its file, from
 * 0), {@code file} (the name of the file of images), {@code image} and {@code label}.
 */
final class IdxLoader {
  private static final String LOADED = "idx_records";

  private final String label;
  private final DataSource.Idx idx;
  private final DataLimits limits;
  private final List<Part> parts = new ArrayList<>();
  private int records;
  private long bytes;

  IdxLoader(String label, DataSource.Idx idx, DataLimits limits) {
    this.label = label;
    this.idx = idx;
    this.limits = limits;
  }

  /** A file of images; its first record is at a position among those of all files. */
  private record Part(String file, IdxFile images, int first) {}

  ImageShelf load(Connection connection) throws SQLException, InvalidDataException {
    execute(
        connection,
        "CREATE TABLE " + LOADED + " (nr INTEGER, position INTEGER, file VARCHAR, label INTEGER)");
    try (DuckDBAppender rows =
        connection.unwrap(DuckDBConnection.class).createAppender("main", LOADED)) {
      for (int i = 0; i < idx.images().size(); i++) {
        append(rows, idx.images().get(i), idx.labels().get(i));
      }
    }
    execute(
        connection,
        "CREATE TABLE source AS SELECT position, file, "
            + ImageShelf.Ticket.sql("nr")
            + " AS image, label FROM "
            + LOADED
            + " ORDER BY nr");
    execute(connection, "DROP TABLE " + LOADED);
    return this::at;
  }

  private void append(DuckDBAppender rows, Path imageFile, Path labelFile)
      throws SQLException, InvalidDataException {
    IdxFile images = images(imageFile);
    IdxFile labels = labels(labelFile);
    if (images.count() != labels.count()) {
      throw refuse(
          labelFile,
          "has "
              + labels.count()
              + " labels for the "
              + images.count()
              + " images of "
              + imageFile.getFileName());
    }
    String name = imageFile.getFileName().toString();
    for (int i = 0; i < images.count(); i++) {
      rows.beginRow().append(records + i).append(i).append(name).append(labels.label(i)).endRow();
    }
    parts.add(new Part(name, images, records));
    records += images.count();
    bytes += (long) images.count() * images.image(0).count();
  }

  private IdxFile images(Path file) throws InvalidDataException {
    SourceFiles.requireReadable(label, file);
    try {
      long bytesMax = ((long) limits.memoryMegabytesMax() << 20) - bytes;
      return IdxFile.images(file, limits.rowsMax() - records, bytesMax);
    } catch (UnreadableImageException e) {
      throw refuse(file, e.getMessage());
    }
  }

  private IdxFile labels(Path file) throws InvalidDataException {
    SourceFiles.requireReadable(label, file);
    try {
      return IdxFile.labels(file, limits.rowsMax());
    } catch (UnreadableImageException e) {
      throw refuse(file, e.getMessage());
    }
  }

  private Cell at(int position) {
    for (Part part : parts) {
      int inFile = position - part.first();
      if (inFile >= 0 && inFile < part.images().count()) {
        return new Cell.Image(
            part.images().image(inFile), part.file() + ", record " + (inFile + 1));
      }
    }
    return new Cell.Unreadable("is not the column image of the source");
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private InvalidDataException refuse(Path file, String reason) {
    return new InvalidDataException(label, DataProblem.file(file.getFileName().toString(), reason));
  }
}
