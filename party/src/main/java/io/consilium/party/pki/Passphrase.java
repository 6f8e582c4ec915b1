package io.consilium.party.pki;

import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What the authority's key is kept under. Wiped when it is closed; it has no printable form. */
public final class Passphrase implements AutoCloseable {
  /** Fewer are guessed; the key is worth a consortium. */
  public static final int CHARS_MIN = 12;

  private static final int CHARS_MAX = 1024;

  private final char[] characters;

  private Passphrase(char[] characters) {
    this.characters = characters;
  }

  /** Where a passphrase comes from when it is needed. */
  @FunctionalInterface
  public interface Source {
    /** Asks for it. */
    Passphrase get() throws UserException;
  }

  /** For a key in the clear. */
  public static Passphrase none() {
    return new Passphrase(new char[0]);
  }

  /**
   * A new passphrase.
   *
   * @param characters taken over, not copied
   */
  public static Passphrase chosen(char[] characters) throws UserException {
    if (characters.length < CHARS_MIN || characters.length > CHARS_MAX) {
      Arrays.fill(characters, ' ');
      throw new UserException(
          ExitCode.USAGE,
          "A passphrase has " + CHARS_MIN + " to " + CHARS_MAX + " characters; some words do.");
    }
    return new Passphrase(characters);
  }

  /** One that was chosen before. */
  public static Passphrase given(char[] characters) {
    return new Passphrase(characters);
  }

  /** The first line of a file that only its owner can read. */
  public static char[] line(Path file) throws UserException {
    try {
      if (Files.getPosixFilePermissions(file).stream()
          .anyMatch(permission -> !permission.name().startsWith("OWNER_"))) {
        throw new UserException(
            ExitCode.NOT_ALLOWED,
            file + " can be read by others on this machine. Run: chmod 600 " + file);
      }
      String text = Files.readString(file, StandardCharsets.UTF_8);
      return text.lines().findFirst().orElse("").toCharArray();
    } catch (IOException e) {
      throw new UserException(ExitCode.BAD_DATA, file + " cannot be read.", e);
    }
  }

  boolean isEmpty() {
    return characters.length == 0;
  }

  /** Not a copy. */
  char[] characters() {
    return characters;
  }

  @Override
  public void close() {
    Arrays.fill(characters, ' ');
  }

  @Override
  public String toString() {
    return "Passphrase[hidden]";
  }
}
