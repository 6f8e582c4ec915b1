package io.consilium.party.audit;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.coordinator.identity.Trust;
import io.consilium.coordinator.identity.UntrustedException;
import io.consilium.party.files.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The party's signature over how far the log goes. Without it, somebody could drop the last lines
 * or rewrite the whole chain; with it, they would need the party's key.
 *
 * @param seq the last line that is covered, or 0 in a log without lines
 * @param hash that line's hash
 * @param first the hash of the first line, which names the log
 * @param renewed whether the first line says that the log begins anew, see {@link AuditRenewal}
 */
record AuditHead(long seq, String hash, String first, boolean renewed) {

  static final String FILE = "audit.head.json";

  private static final String KIND = "audit-head";
  private static final int FILE_BYTES_MAX = 64 << 10;
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final Pattern TEXT =
      Pattern.compile("([0-9]{1,18}) ([0-9a-f]{64}) ([0-9a-f]{64}) (begun|renewed)");

  SignedDocument sign(Identity identity) {
    String text = seq + " " + hash + " " + first + (renewed ? " renewed" : " begun");
    return identity.sign(KIND, text.getBytes(StandardCharsets.US_ASCII));
  }

  void write(Path directory, Identity identity) throws IOException {
    PrivateFiles.replace(directory.resolve(FILE), JSON.writeValueAsBytes(sign(identity)));
  }

  /** The head that this party signed, or nothing if none was signed yet. */
  static Optional<AuditHead> read(Path directory, Trust trust, Principal party) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    return Optional.of(verify(readSigned(file), trust, party, file.toString()));
  }

  static SignedDocument readSigned(Path file) throws IOException {
    if (Files.size(file) > FILE_BYTES_MAX) {
      throw new AuditException(file + " is too large.");
    }
    return parse(Files.readAllBytes(file), file.toString());
  }

  static SignedDocument parse(byte[] json, String where) throws AuditException {
    try {
      SignedDocument signed = JSON.readValue(json, SignedDocument.class);
      if (signed == null) {
        throw new AuditException(where + " is damaged.");
      }
      return signed;
    } catch (AuditException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new AuditException(where + " is damaged.");
    }
  }

  static byte[] json(SignedDocument signed) throws IOException {
    return JSON.writeValueAsBytes(signed);
  }

  /**
   * Reads a signature.
   *
   * @param where it was found, for messages
   */
  static AuditHead verify(SignedDocument signed, Trust trust, Principal party, String where)
      throws AuditException {
    Principal author;
    try {
      author = trust.verify(signed, KIND);
    } catch (UntrustedException e) {
      throw new AuditException(where + ": " + e.getMessage());
    } catch (RuntimeException e) {
      throw new AuditException(where + " is damaged.");
    }
    if (!author.equals(party)) {
      throw new AuditException(where + " is signed by " + author + ", not by " + party + ".");
    }
    Matcher text = TEXT.matcher(new String(signed.document(), StandardCharsets.US_ASCII));
    if (!text.matches()) {
      throw new AuditException(where + " is damaged.");
    }
    return new AuditHead(
        Long.parseLong(text.group(1)),
        text.group(2),
        text.group(3),
        text.group(4).equals("renewed"));
  }
}
