package io.consilium.party.audit;

import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.coordinator.identity.Trust;
import io.consilium.party.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the other parties signed of their audit logs, the newest of each, on this party's disk: so
 * that a party whose log was cut or deleted can be shown how far it went. Signatures tell how many
 * facts there are and nothing of them. One file for each party of the consortium.
 */
public final class PeerHeads {
  private static final String DIRECTORY = "audit-heads";

  private final Path directory;
  private final Trust trust;

  /** How a signature relates to the one that was kept. */
  public enum Change {
    /** It is kept from now on. */
    NEWER,
    /** It is the one that is kept. */
    SAME,
    /** It covers fewer lines than the one that stays kept, or another log. */
    REFUSED,
    /** The party says that it began its log anew; the new one is kept from now on. */
    RENEWED
  }

  public PeerHeads(Path state, Trust trust) {
    this.directory = state.resolve(DIRECTORY);
    this.trust = trust;
  }

  /** The newest signature of a party, if one was seen. */
  public synchronized Optional<SignedDocument> of(Principal peer) throws IOException {
    Path file = file(peer);
    return Files.exists(file) ? Optional.of(AuditHead.readSigned(file)) : Optional.empty();
  }

  /**
   * Takes note of a signature that a party showed.
   *
   * @throws AuditException if it is not the party's own
   */
  public synchronized Change take(Principal peer, SignedDocument shown) throws IOException {
    AuditHead head = AuditHead.verify(shown, trust, peer, "What " + peer + " showed");
    Optional<AuditHead> kept = of(peer).flatMap(signed -> verified(signed, peer));
    Change change =
        kept.isEmpty() ? head.seq() > 0 ? Change.NEWER : Change.SAME : change(kept.get(), head);
    if (change == Change.NEWER || change == Change.RENEWED) {
      PrivateFiles.createDirectory(directory);
      PrivateFiles.replace(file(peer), AuditHead.json(shown));
    }
    return change;
  }

  /** One under a certificate that is over cannot be compared any more; a newer one replaces it. */
  private Optional<AuditHead> verified(SignedDocument kept, Principal peer) {
    try {
      return Optional.of(AuditHead.verify(kept, trust, peer, file(peer).toString()));
    } catch (AuditException e) {
      return Optional.empty();
    }
  }

  private static Change change(AuditHead kept, AuditHead shown) {
    if (!kept.first().equals(shown.first())) {
      return shown.renewed() ? Change.RENEWED : Change.REFUSED;
    }
    if (shown.seq() > kept.seq()) {
      return Change.NEWER;
    }
    return shown.equals(kept) ? Change.SAME : Change.REFUSED;
  }

  private Path file(Principal peer) {
    return directory.resolve(peer.name() + ".json");
  }
}
