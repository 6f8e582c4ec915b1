package io.consilium.party.audit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** A {@link LineFile} as a file. */
final class DiskLines implements LineFile {
  // Not a channel: an interrupted thread, such as that of a cancelled job, would close it.
  private final RandomAccessFile file;

  /** Opens a file that is there already, with the permissions that it has. */
  DiskLines(Path path) throws IOException {
    this.file = new RandomAccessFile(path.toFile(), "rw");
  }

  @Override
  public long length() throws IOException {
    return file.length();
  }

  @Override
  public void append(byte[] bytes) throws IOException {
    file.seek(file.length());
    file.write(bytes);
    file.getFD().sync();
  }

  @Override
  public void cutTo(long length) throws IOException {
    if (length < file.length()) {
      file.setLength(length);
      file.getFD().sync();
    }
  }

  /** How many bytes there are up to the last line feed. */
  long wholeLines() throws IOException {
    long end = file.length();
    while (end > 0) {
      file.seek(end - 1);
      if (file.read() == '\n') {
        break;
      }
      end--;
    }
    return end;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
