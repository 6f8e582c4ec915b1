package io.consilium.party.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Walks through the lines of a log and checks their chain. */
final class AuditFile {

  static final String FILE = "audit.jsonl";

  private static final int LINE_LENGTH_MAX = 1 << 20;

  private AuditFile() {}

  /**
   * Checks every line and hands it on.
   *
   * @param head must be among the lines; there is one as soon as there is a line
   * @return the last line
   */
  static Optional<AuditEntry> walk(
      Path file, Optional<AuditHead> head, Consumer<AuditEntry> eachEntry) throws IOException {
    AuditEntry last = null;
    boolean headSeen = head.isEmpty() || head.get().seq() == 0;
    if (Files.exists(file)) {
      checkEnd(file);
      try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        long number = 0;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          number++;
          AuditEntry entry = checked(file, number, line, last);
          headSeen |= isHead(file, entry, head);
          eachEntry.accept(entry);
          last = entry;
        }
      } catch (CharacterCodingException e) {
        throw new AuditException(file + " was changed: it is not UTF-8 text.");
      }
    }
    if (!headSeen) {
      throw new AuditException(
          file
              + " was cut: the party signed "
              + head.get().seq()
              + " lines, and "
              + (last == null ? 0 : last.seq())
              + " are there.");
    }
    if (head.isEmpty() && last != null) {
      throw new AuditException(
          AuditHead.FILE
              + ", the party's signature over "
              + file
              + ", is missing. Restore it from a copy, or find out who deleted it: lines may have"
              + " been cut or rewritten.");
    }
    if (head.isPresent() && last != null && head.get().seq() > 0) {
      requireSameLog(file, head.get());
    }
    return Optional.ofNullable(last);
  }

  /** The first line of the log is the one that the party signed with the newest. */
  private static void requireSameLog(Path file, AuditHead head) throws IOException {
    String first = hashOfLine(file, 1);
    if (!first.equals(head.first())) {
      throw new AuditException(file + " is another log than the one that the party signed.");
    }
  }

  /**
   * Checks that a log, whose chain is whole, has a line that the party signed.
   *
   * @param keeper the party that kept the signature
   */
  static void contains(Path file, AuditHead head, String keeper) throws IOException {
    if (head.seq() == 0) {
      return;
    }
    String found = hashOfLine(file, head.seq());
    if (!found.equals(head.hash())) {
      throw new AuditException(
          keeper
              + " holds this party's signature over "
              + head.seq()
              + " lines of its audit log, and "
              + (found.isEmpty() ? "the log has fewer" : "the log has another line there")
              + ": "
              + file
              + " was cut or rewritten. Restore it from a copy. If it is lost, say so with"
              + " \"consilium party audit --begin-anew REASON\"; the other parties note it.");
    }
  }

  /** The hash of one line, or the empty string if there is no such line. */
  private static String hashOfLine(Path file, long number) throws IOException {
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      long at = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (++at == number) {
          return AuditEntry.parse(line).hash();
        }
      }
      return "";
    } catch (NoSuchFileException e) {
      return "";
    } catch (JsonProcessingException | CharacterCodingException e) {
      throw new AuditException(file + ", line " + number + " was changed: it is malformed.");
    }
  }

  private static AuditEntry checked(Path file, long number, String line, AuditEntry last)
      throws AuditException {
    AuditEntry entry;
    try {
      if (line.length() > LINE_LENGTH_MAX) {
        throw new AuditException(file + ", line " + number + " is too long.");
      }
      entry = AuditEntry.parse(line);
    } catch (JsonProcessingException | RuntimeException e) {
      throw new AuditException(file + ", line " + number + " was changed: it is malformed.");
    }
    String prevHash = last == null ? AuditEntry.NO_HASH : last.hash();
    if (entry.seq() != number || !prevHash.equals(entry.prevHash()) || !entry.hasRightHash()) {
      throw new AuditException(
          file
              + ", line "
              + number
              + " was changed, or lines before it were: its hash does not continue the chain.");
    }
    return entry;
  }

  private static boolean isHead(Path file, AuditEntry entry, Optional<AuditHead> head)
      throws AuditException {
    if (head.isEmpty() || head.get().seq() != entry.seq()) {
      return false;
    }
    if (!head.get().hash().equals(entry.hash())) {
      throw new AuditException(
          file
              + ", line "
              + entry.seq()
              + " is not the one that the party signed: the log was rewritten.");
    }
    return true;
  }

  /** Every line ends with a line feed, and none with a carriage return, so no byte is free. */
  private static void checkEnd(Path file) throws IOException {
    byte last = '\n';
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b == '\r') {
          throw new AuditException(file + " was changed: it contains a carriage return.");
        }
        last = (byte) b;
      }
    }
    if (last != '\n') {
      throw new AuditException(
          file
              + " ends in the middle of a line. If the node is not running, a crash left it, and"
              + " the next start cuts it off; otherwise the file was cut.");
    }
  }
}
