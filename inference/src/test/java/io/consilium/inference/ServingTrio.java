package io.consilium.inference;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Disclosure;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.transport.Connection;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.ConnectionHandler;
import io.consilium.protocols.transport.Opening;
import io.consilium.protocols.transport.PeerAddress;
import io.consilium.protocols.transport.Rendezvous;
import io.consilium.protocols.transport.TestAuthority;
import io.consilium.protocols.transport.TlsDialer;
import io.consilium.protocols.transport.TlsServer;
import io.consilium.protocols.transport.TransportLimits;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import javax.net.ssl.SSLContext;

/** Three hospitals on loopback that serve models, with certificates and servers of their own. */
final class ServingTrio implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final TransportLimits transport;
  private final Duration pause;
  private final TestAuthority authority = new TestAuthority();
  private final List<Hospital> hospitals = new ArrayList<>();
  private final Queue<PredictionClient> clients = new ConcurrentLinkedQueue<>();

  ServingTrio(ServingLimits limits) throws ConnectionException {
    this(limits, Set.of());
  }

  ServingTrio(ServingLimits limits, Set<String> warm) throws ConnectionException {
    this(limits, warm, TransportLimits.DEFAULT, Duration.ZERO);
  }

  /**
   * Three hospitals of which the first is slow.
   *
   * @param pause of the first before each evaluation
   */
  ServingTrio(ServingLimits limits, TransportLimits transport, Duration pause)
      throws ConnectionException {
    this(limits, Set.of(), transport, pause);
  }

  private ServingTrio(
      ServingLimits limits, Set<String> warm, TransportLimits transport, Duration pause)
      throws ConnectionException {
    this.transport = transport;
    this.pause = pause;
    for (String name : TestModel.card(1).computeParties()) {
      hospitals.add(new Hospital(name, limits, warm));
    }
  }

  /** Puts a version on the shelves of all three. */
  void publish(ModelCard card, List<ModelAsset> assets) {
    for (ComputeParty party : ComputeParty.values()) {
      hospital(party).models.put(card.version(), assets.get(party.ordinal()));
    }
  }

  Hospital hospital(ComputeParty party) {
    return hospitals.get(party.ordinal());
  }

  List<PeerAddress> addresses() {
    return hospitals.stream().map(Hospital::address).toList();
  }

  PredictionClient client(String name) {
    return client(name, ClientLimits.DEFAULT);
  }

  PredictionClient client(String name, ClientLimits limits) {
    return client(name, addresses(), limits);
  }

  /** A client that looks for the three hospitals at these addresses. */
  PredictionClient client(String name, List<PeerAddress> addresses, ClientLimits limits) {
    PredictionClient client =
        new PredictionClient(
            authority.node(name), TestAuthority::nameOf, addresses, RANDOM, limits);
    clients.add(client);
    return client;
  }

  TlsDialer dialer(String name) {
    return new TlsDialer(authority.node(name), TestAuthority::nameOf, TransportLimits.DEFAULT);
  }

  private SecretModel load(String name, ModelAsset asset, Map<String, SecretTensor> tensors) {
    SecretModel model = load(asset, tensors);
    if (!name.equals(hospitals.getFirst().name)) {
      return model;
    }
    return (backend, features, mask) -> {
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return model.predict(backend, features, mask);
    };
  }

  private static SecretModel load(ModelAsset asset, Map<String, SecretTensor> tensors) {
    return asset.card().isImported()
        ? new ImportedModels().load(asset, tensors)
        : TestModel.load(asset.card(), tensors);
  }

  private static byte[] hash(String name) {
    return Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), 32);
  }

  /** One hospital, with what it wrote down. */
  final class Hospital implements ConnectionHandler, AutoCloseable {
    final String name;
    final ConcurrentSkipListMap<Integer, ModelAsset> models = new ConcurrentSkipListMap<>();
    final Map<String, String> refusals = new ConcurrentHashMap<>();
    final Queue<String> notices = new ConcurrentLinkedQueue<>();
    final Queue<String> audit = new ConcurrentLinkedQueue<>();
    final CountingMonitor monitor = new CountingMonitor();
    private final Rendezvous rendezvous;
    private final TlsServer server;
    private final ServingNode node;
    private final ServingSite site;
    private final ServingLimits limits;
    private volatile InferenceServer inference;

    Hospital(String name, ServingLimits limits, Set<String> warm) throws ConnectionException {
      this.name = name;
      SSLContext tls = authority.node(name);
      TlsDialer dialer = new TlsDialer(tls, TestAuthority::nameOf, transport);
      rendezvous = new Rendezvous(dialer, transport);
      this.limits = limits;
      node =
          new ServingNode(
              name,
              dialer,
              rendezvous,
              peer -> hospitals.stream().filter(h -> h.name.equals(peer)).findAny().get().address(),
              ServingTrio::hash,
              RANDOM,
              System::nanoTime,
              notices::add,
              monitor);
      site =
          new ServingSite(
              new Shelf(),
              (asset, tensors) -> load(name, asset, tensors),
              new Rules(),
              this::disclosure,
              this::writeDown,
              warm);
      inference = new InferenceServer(node, site, limits);
      server =
          TlsServer.bind(
              "127.0.0.1", 0, tls, TestAuthority::nameOf, this, transport, refusal -> {});
    }

    PeerAddress address() {
      return new PeerAddress(name, "127.0.0.1", server.address().getPort());
    }

    /** Stops serving, which ends its sessions, and starts anew. */
    void restartServing() {
      inference.close();
      inference = new InferenceServer(node, site, limits);
    }

    private Disclosure disclosure(String client, ModelCard card, long elements) {
      return Disclosure.grant("prediction", client, elements, (value, recipient, opened) -> {});
    }

    @Override
    public void check(String peerName, Opening opening) throws ConnectionException {
      handler(opening).check(peerName, opening);
    }

    @Override
    public void accept(Connection connection, String peerName, Opening opening)
        throws ConnectionException {
      handler(opening).accept(connection, peerName, opening);
    }

    private ConnectionHandler handler(Opening opening) {
      return InferenceServer.KINDS.contains(opening.kind()) ? inference : rendezvous;
    }

    @Override
    public void close() {
      server.close();
      inference.close();
      rendezvous.close();
    }

    private final class Shelf implements ModelShelf {
      @Override
      public Optional<ModelCard> card(String model, OptionalInt version) {
        if (!model.equals("heart-risk") || models.isEmpty()) {
          return Optional.empty();
        }
        int number = version.isPresent() ? version.getAsInt() : models.lastKey();
        return Optional.ofNullable(models.get(number)).map(ModelAsset::card);
      }

      @Override
      public ModelAsset asset(ModelCard card) {
        return models.get(card.version());
      }
    }

    private final class Rules implements Admission {
      @Override
      public Optional<String> toReadCard(String client, String model) {
        return Optional.empty();
      }

      @Override
      public Optional<String> toKnow(String client, ModelCard card) {
        return Optional.empty();
      }

      @Override
      public Optional<String> toAsk(String client, ModelCard card, int rows) {
        return Optional.ofNullable(refusals.get(client));
      }
    }

    private void writeDown(List<QueryAudit.Fact> facts) {
      for (QueryAudit.Fact fact : facts) {
        audit.add(
            switch (fact) {
              case QueryAudit.Fact.Answered(String client, ModelCard card, String _, int rows) ->
                  "answered " + client + " " + card.name() + " " + rows;
              case QueryAudit.Fact.Refused(
                      String client,
                      String model,
                      String _,
                      long rows,
                      String reason,
                      long times) ->
                  "refused " + client + " " + model + " " + rows + ": " + reason;
            });
      }
    }
  }

  @Override
  public void close() {
    clients.forEach(PredictionClient::close);
    hospitals.forEach(Hospital::close);
  }
}
