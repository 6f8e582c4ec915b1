package io.consilium.party.pki;

import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/** Reads and writes PEM blocks. */
final class PemFile {

  static final String CERTIFICATE = "CERTIFICATE";
  static final String REQUEST = "CERTIFICATE REQUEST";
  static final String PRIVATE_KEY = "PRIVATE KEY";

  private static final int FILE_BYTES_MAX = 64 << 10;
  private static final int LINE_LENGTH = 64;

  private PemFile() {}

  static byte[] encode(String type, byte[] der) {
    String body = Base64.getMimeEncoder(LINE_LENGTH, new byte[] {'\n'}).encodeToString(der);
    String text = "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static PemObject read(Path file) throws UserException {
    String text = new String(bytes(file), StandardCharsets.ISO_8859_1);
    try (PemReader reader = new PemReader(new StringReader(text))) {
      PemObject block = reader.readPemObject();
      if (block != null && reader.readPemObject() == null) {
        return block;
      }
    } catch (IOException | RuntimeException e) {
      // Falls through: whatever the parser dislikes, the file is not what is needed. The cause is
      // left out because it may quote the file, which may be a key.
    }
    throw new UserException(ExitCode.BAD_DATA, file + " is not a PEM file with exactly one block.");
  }

  static byte[] read(Path file, String type) throws UserException {
    PemObject block = read(file);
    if (!block.getType().equals(type)) {
      throw new UserException(
          ExitCode.BAD_DATA,
          file + " holds a " + shown(block.getType()) + "; a " + type + " is needed here.");
    }
    return block.getContent();
  }

  static String shown(String type) {
    return type.matches("[A-Z0-9 ]{1,40}") ? type : "block of an unknown type";
  }

  private static byte[] bytes(Path file) throws UserException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(FILE_BYTES_MAX + 1);
      if (bytes.length > FILE_BYTES_MAX) {
        throw new UserException(
            ExitCode.BAD_DATA, file + " is too large to be a key, request or certificate.");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new UserException(ExitCode.BAD_DATA, file + " does not exist.", e);
    } catch (IOException e) {
      throw new UserException(ExitCode.BAD_DATA, file + " cannot be read.", e);
    }
  }
}
