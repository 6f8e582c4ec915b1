package io.consilium.party.serving;

import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.UntrustedException;
import io.consilium.inference.ClientLimits;
import io.consilium.inference.ModelCard;
import io.consilium.inference.Prediction;
import io.consilium.inference.PredictionClient;
import io.consilium.inference.PredictionException;
import io.consilium.inference.Question;
import io.consilium.protocols.transport.PeerAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSession;

/**
 * A client of this consortium: finds out which three hospitals hold a model, and asks them, over
 * connections that stay open until it is closed.
 */
public final class ClientSide implements AutoCloseable {
  private final Identity identity;
  private final Consortium consortium;
  private final SecureRandom random;
  private final Map<List<String>, PredictionClient> clients = new ConcurrentHashMap<>();

  public ClientSide(Identity identity, Consortium consortium, SecureRandom random) {
    this.identity = identity;
    this.consortium = consortium;
    this.random = random;
  }

  /**
   * The card of a model, found at any hospital and then compared at the three that compute it.
   *
   * @param version empty for the latest
   */
  public ModelCard find(String model, OptionalInt version)
      throws PredictionException, InterruptedException {
    ModelCard found =
        PredictionClient.discover(
            identity.sslContext(principal -> principal.role() == Role.PARTY),
            this::peerName,
            addresses(consortium.partyNames()),
            model,
            version,
            random,
            ClientLimits.DEFAULT);
    return client(found.computeParties()).card(model, version);
  }

  public Prediction ask(ModelCard card, Question question)
      throws PredictionException, InterruptedException {
    return client(card.computeParties()).predict(card, question);
  }

  private PredictionClient client(List<String> computeParties) {
    return clients.computeIfAbsent(
        computeParties,
        parties ->
            new PredictionClient(
                identity.sslContext(principal -> principal.role() == Role.PARTY),
                this::peerName,
                addresses(parties),
                random,
                ClientLimits.DEFAULT));
  }

  @Override
  public void close() {
    clients.values().forEach(PredictionClient::close);
  }

  private List<PeerAddress> addresses(List<String> parties) {
    return parties.stream()
        .flatMap(name -> consortium.party(name).stream())
        .map(party -> new PeerAddress(party.name(), party.data().host(), party.data().port()))
        .toList();
  }

  private String peerName(SSLSession session) {
    try {
      return identity.trust().peer(session).name();
    } catch (UntrustedException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
