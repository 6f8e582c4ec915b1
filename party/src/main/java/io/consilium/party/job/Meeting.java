package io.consilium.party.job;

import io.consilium.party.dataplane.AttemptId;
import io.consilium.party.dataplane.DataPlane;
import io.consilium.party.node.Site;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.prf.AddressLedger;
import io.consilium.protocols.rep3.AgreedKeys;
import io.consilium.protocols.rep3.KeyAgreement;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.rep3.SessionDescription;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.PeerAddress;
import io.consilium.protocols.transport.TlsChannel;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How the three compute parties of an attempt come together. */
record Meeting(
    Site site, DataPlane dataPlane, AttemptId id, List<String> computeParties, ComputeParty self) {
  /** The keys of a session serve one phase. */
  private static final int PHASE = 0;

  private static final Duration CONNECT_MAX = Duration.ofSeconds(30);

  TlsChannel connect() throws ConnectionException {
    Map<ComputeParty, PeerAddress> peers = new EnumMap<>(dataPlane.addresses(computeParties));
    peers.remove(self);
    return dataPlane.rendezvous().await(id.session(), self, peers, CONNECT_MAX);
  }

  /**
   * Agrees on keys.
   *
   * @param agreed what every party has accepted, by its signature
   * @param programDigest of 32 bytes
   */
  Rep3Backend agree(TlsChannel channel, Agreed agreed, byte[] programDigest) {
    List<byte[]> certificates = computeParties.stream().map(dataPlane::certificateHash).toList();
    byte[] digest = Programs.digest(id, agreed, programDigest);
    AgreedKeys keys =
        new KeyAgreement(site.random(), AddressLedger.NONE)
            .agree(
                channel, new SessionDescription(id.session().bytes(), digest, certificates), PHASE);
    channel.useIncarnation(keys.incarnation());
    return new Rep3Backend(channel, keys.keys());
  }
}
