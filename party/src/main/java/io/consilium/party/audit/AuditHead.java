package io.consilium.party.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
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

/**
 * The party's signature over how far the log goes. Without it, somebody could drop the last lines
 * or rewrite the whole chain; with it, they would need the party's key.
 *
 * @param seq the last line that is covered
 * @param hash that line's hash
 */
record AuditHead(long seq, String hash) {

  static final String FILE = "audit.head.json";

  private static final String KIND = "audit-head";
  private static final int FILE_BYTES_MAX = 64 << 10;
  private static final ObjectMapper JSON = new ObjectMapper();

  void write(Path directory, Identity identity) throws IOException {
    byte[] document = (seq + " " + hash).getBytes(StandardCharsets.US_ASCII);
    PrivateFiles.replace(
        directory.resolve(FILE), JSON.writeValueAsBytes(identity.sign(KIND, document)));
  }

  /** The head that this party signed, or nothing if none was signed yet. */
  static Optional<AuditHead> read(Path directory, Trust trust, Principal party) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    if (Files.size(file) > FILE_BYTES_MAX) {
      throw new AuditException(file + " is too large.");
    }
    try {
      SignedDocument signed = JSON.readValue(Files.readAllBytes(file), SignedDocument.class);
      Principal author = trust.verify(signed, KIND);
      if (!author.equals(party)) {
        throw new AuditException(file + " is signed by " + author + ", not by " + party + ".");
      }
      String[] parts = new String(signed.document(), StandardCharsets.US_ASCII).split(" ", -1);
      return Optional.of(new AuditHead(Long.parseLong(parts[0]), parts[1]));
    } catch (UntrustedException e) {
      throw new AuditException(file + ": " + e.getMessage());
    } catch (AuditException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new AuditException(file + " is damaged.");
    }
  }
}
