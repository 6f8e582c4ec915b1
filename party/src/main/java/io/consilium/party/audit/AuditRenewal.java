package io.consilium.party.audit;

import io.consilium.coordinator.identity.Identity;
import io.consilium.party.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/**
 * Begins the log anew after the old one was lost, and says so in its first line, under the party's
 * key. The other parties, who keep signatures of the old log, note it in their own logs.
 */
public final class AuditRenewal {
  /** What the first line of a log says that was begun anew. */
  static final String ACTION = "audit.begun-anew";

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

  private AuditRenewal() {}

  /**
   * Moves what is there aside and begins.
   *
   * @param reason of the site, for whoever reads the log
   * @throws AuditInUseException if the node is running
   */
  public static void begin(Path state, Identity identity, Clock clock, String reason)
      throws IOException {
    AuditLog.requireUnused(state);
    String suffix = "." + STAMP.format(clock.instant());
    for (String name : new String[] {AuditFile.FILE, AuditHead.FILE}) {
      Path file = state.resolve(name);
      if (Files.exists(file)) {
        Files.move(file, state.resolve(name + suffix));
      }
    }
    PrivateFiles.syncDirectory(state);
    try (AuditLog log = AuditLog.open(state, identity, clock)) {
      log.append(
          new AuditEvent(identity.principal().toString(), ACTION, "", Map.of("reason", reason)));
    }
  }
}
