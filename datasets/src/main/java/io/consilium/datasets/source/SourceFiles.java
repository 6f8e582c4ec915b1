package io.consilium.datasets.source;

import io.consilium.datasets.table.DataProblem;
import io.consilium.datasets.table.InvalidDataException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The files that a path or a pattern in its last part stands for, in the order of their names. */
final class SourceFiles {
  private static final String PATTERN_CHARACTERS = "*?[]{}";

  private SourceFiles() {}

  static List<Path> find(String label, Path path, int filesMax) throws InvalidDataException {
    String name = path.getFileName().toString();
    List<Path> files = isPattern(name) ? matches(label, path, filesMax) : List.of(path);
    for (Path file : files) {
      requireReadable(label, file);
      // The engine would take such a name for a pattern of its own.
      if (isPattern(file.toString())) {
        throw new InvalidDataException(
            label,
            DataProblem.file(
                file.toString(), "has one of " + PATTERN_CHARACTERS + " in its path; rename it"));
      }
    }
    return files;
  }

  /**
   * A text that is another one when a file is: names, sizes and times. Empty for a database, and
   * for files that cannot be looked at. Of a folder of images only the list is looked at.
   */
  static Optional<String> version(String label, DataSource source, int filesMax) {
    try {
      List<Path> files =
          switch (source) {
            case DataSource.Files some -> find(label, some.path(), filesMax);
            case DataSource.Folder folder -> find(label, folder.list().path(), filesMax);
            case DataSource.Idx idx ->
                Stream.concat(idx.images().stream(), idx.labels().stream()).toList();
            case DataSource.Jdbc _ -> List.of();
          };
      StringBuilder version = new StringBuilder();
      for (Path file : files) {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        version.append(file).append(' ').append(now.size()).append(' ');
        version.append(now.lastModifiedTime()).append(' ').append(now.fileKey()).append('\n');
      }
      return files.isEmpty() ? Optional.empty() : Optional.of(version.toString());
    } catch (InvalidDataException | IOException e) {
      return Optional.empty();
    }
  }

  static void requireReadable(String label, Path file) throws InvalidDataException {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new InvalidDataException(
          label, DataProblem.file(file.toString(), "is not a file that can be read"));
    }
  }

  private static List<Path> matches(String label, Path pattern, int filesMax)
      throws InvalidDataException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> stream =
        Files.newDirectoryStream(pattern.getParent(), pattern.getFileName().toString())) {
      for (Path file : stream) {
        files.add(file);
        if (files.size() > filesMax) {
          throw new InvalidDataException(
              label,
              DataProblem.file(pattern.toString(), "matches more than " + filesMax + " files"));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw new InvalidDataException(
          label, DataProblem.file(pattern.toString(), "its directory cannot be read"));
    }
    if (files.isEmpty()) {
      throw new InvalidDataException(
          label, DataProblem.file(pattern.toString(), "matches no file"));
    }
    Collections.sort(files);
    return files;
  }

  private static boolean isPattern(String text) {
    return text.chars().anyMatch(character -> PATTERN_CHARACTERS.indexOf(character) >= 0);
  }
}
