package io.consilium.party.node;

import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.party.audit.AuditException;
import io.consilium.party.audit.AuditLog;
import io.consilium.party.config.PartyConfig;
import io.consilium.party.dataplane.DataPlane;
import io.consilium.protocols.transport.ConnectionException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Compares a party's audit log with the signatures over it that the other parties keep. */
public final class KeptHeads {
  private KeptHeads() {}

  /**
   * Asks every other party. Works beside the party's node and without it.
   *
   * @return one sentence for each of them, also for those that cannot be asked
   * @throws AuditException if one has a signature over lines that the log does not have
   */
  public static List<String> compare(PartyConfig config, Identity identity)
      throws ConfigException, IOException {
    if (Files.notExists(config.consortium())) {
      return List.of("The other parties were not asked: there is no " + config.consortium() + ".");
    }
    Consortium consortium = Consortium.load(config.consortium());
    String self = identity.principal().name();
    SignedDocument own = AuditLog.newestSignature(config.state());
    List<String> sentences = new ArrayList<>();
    try (DataPlane dataPlane = new DataPlane(identity, consortium)) {
      for (String peer : consortium.partyNames()) {
        if (!peer.equals(self)) {
          sentences.add(compare(config, identity, dataPlane, peer, own));
        }
      }
    }
    return sentences;
  }

  private static String compare(
      PartyConfig config, Identity identity, DataPlane dataPlane, String peer, SignedDocument own)
      throws IOException {
    HeadExchange.Reply reply;
    try {
      reply = HeadExchange.ask(dataPlane, peer, own);
    } catch (ConnectionException e) {
      return peer + " could not be asked what it keeps of this log: " + e.getMessage();
    }
    if (reply.kept() == null) {
      return peer + " keeps nothing of this log yet.";
    }
    long lines =
        AuditLog.compare(
            config.state(), identity.trust(), identity.principal(), reply.kept(), peer);
    return peer + " keeps a signature over " + lines + " lines, and they are there.";
  }
}
