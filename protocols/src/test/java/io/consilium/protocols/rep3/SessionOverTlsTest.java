package io.consilium.protocols.rep3;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.prf.AddressLedger;
import io.consilium.protocols.transport.Channel;
import io.consilium.protocols.transport.TlsChannel;
import io.consilium.protocols.transport.TlsTrio;
import io.consilium.protocols.transport.TransportLimits;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SessionOverTlsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final SessionDescription SESSION =
      new SessionDescription(
          TlsTrio.SESSION.bytes(), new byte[32], List.of(new byte[32], new byte[32], new byte[32]));

  @Test
  void agreesOnKeysAndMultipliesUnderThem() throws Exception {
    try (TlsTrio trio = new TlsTrio(TransportLimits.DEFAULT)) {
      List<long[]> opened = trio.run(SessionOverTlsTest::square);

      assertThat(opened).allSatisfy(codes -> assertThat(codes).containsExactly(9, 0, 1L << 40, 25));
    }
  }

  private static long[] square(Channel channel) {
    AgreedKeys agreed =
        new KeyAgreement(new SecureRandom(), AddressLedger.NONE).agree(channel, SESSION, 0);
    ((TlsChannel) channel).useIncarnation(agreed.incarnation());
    Rep3Backend backend = new Rep3Backend(channel, agreed.keys());
    long[] codes =
        channel.self() == ComputeParty.P1 ? new long[] {3, 0, 1L << 20, -5} : new long[0];
    SecretTensor x = backend.input(ComputeParty.P1, Shape.vector(4), FixedPoint.INTEGER, codes);
    long[] opened = backend.open(backend.multiply(x, x), ThreeParties.any());
    channel.flush();
    return opened;
  }

  @Test
  void aDataHolderSendsItsSharesToEveryParty() throws Exception {
    long[] codes = new Random(1).longs(70_000).toArray();
    HolderShares shares =
        HolderShares.of(
            "s/d/x", Shape.matrix(7, 10_000), new FixedPoint(16), codes, new SecureRandom());
    BlockingQueue<SharePair> received = new LinkedBlockingQueue<>();
    for (ComputeParty party : ComputeParty.values()) {
      TlsTrio.withConnection(
          connection -> {
            shares.forParty(party).sendTo(connection);
            connection.flush();
            assertThat(connection.receiveBytes(1, PATIENCE)).containsExactly(1);
          },
          (connection, name, opening) -> {
            try (connection) {
              ShareBundle bundle =
                  ShareBundle.receiveFrom(connection, party, shares.description(), PATIENCE);
              received.add(HolderInput.receive(bundle, shares.description()).shares());
              connection.sendBytes(new byte[] {1});
            }
          },
          PATIENCE);
    }

    SharePair p0 = received.poll(20, TimeUnit.SECONDS);
    SharePair p1 = received.poll(20, TimeUnit.SECONDS);
    SharePair p2 = received.poll(20, TimeUnit.SECONDS);
    assertThat(ClientOutput.sum(List.of(p0.own(), p1.own(), p2.own()))).isEqualTo(codes);
    assertThat(p0.next()).isEqualTo(p1.own());
    assertThat(p1.next()).isEqualTo(p2.own());
    assertThat(p2.next()).isEqualTo(p0.own());
  }
}
