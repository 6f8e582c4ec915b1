package io.consilium.inference;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.consilium.inference.Refusal.Code;
import io.consilium.inference.wire.CardReply;
import io.consilium.inference.wire.CardRequest;
import io.consilium.inference.wire.Invitation;
import io.consilium.inference.wire.LineHeader;
import io.consilium.inference.wire.LineWelcome;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.transport.Connection;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.ConnectionHandler;
import io.consilium.protocols.transport.Opening;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Serves the models of one compute party: tells clients what a model wants, takes their shares, and
 * computes with the other two.
 *
 * <p>The node's TLS server hands it the connections of the kinds {@link #KINDS}, whose peers it has
 * authenticated. Each is served on the thread that brings it and closed here. Nothing that a client
 * sends can make a party wait or allocate without bound, see {@link ServingLimits}, and nothing
 * that it does or omits ends the session that serves the others.
 */
public final class InferenceServer implements ConnectionHandler, AutoCloseable {
  /** The leader of a model's three parties invites another one to a session. */
  public static final String SERVING_SESSION = "serving-session";

  /** The kinds of openings that belong here. */
  public static final Set<String> KINDS =
      Set.of(Opening.QUERY, Opening.MODEL_CARD, SERVING_SESSION);

  private static final Duration TICK = Duration.ofMillis(100);
  private static final int WARM_EVERY_TICKS = 50;

  private final ServingNode node;
  private final ServingSite site;
  private final Clerk clerk;
  private final Reception reception;
  private final Lines lines;
  private final Thread timekeeper;
  private final Map<String, ServedModel> served = new ConcurrentHashMap<>();
  private volatile boolean closed;

  public InferenceServer(ServingNode node, ServingSite site, ServingLimits limits) {
    this.node = node;
    this.site = site;
    this.clerk = new Clerk(site.audit(), node.notices());
    this.reception = new Reception(node, site, limits, new Seats(limits), clerk);
    this.lines = new Lines(limits.lines());
    this.timekeeper = Thread.ofVirtual().name("serving-timekeeper").unstarted(this::keepTime);
    timekeeper.start();
  }

  @Override
  public void check(String peerName, Opening opening) throws ConnectionException {
    if (closed) {
      throw ConnectionException.refusal("this hospital stops");
    }
    switch (opening.kind()) {
      case SERVING_SESSION -> checkInvitation(peerName, opening);
      case Opening.QUERY -> parse(LineHeader.parser(), opening);
      case Opening.MODEL_CARD -> parse(CardRequest.parser(), opening);
      default -> throw ConnectionException.refusal("nobody here serves '" + opening.kind() + "'");
    }
  }

  @Override
  public void accept(Connection connection, String peerName, Opening opening)
      throws ConnectionException {
    try (connection) {
      switch (opening.kind()) {
        case SERVING_SESSION -> {
          ServedModel model = checkInvitation(peerName, opening);
          model.invited(opening.session());
        }
        case Opening.QUERY -> serveLine(connection, peerName, opening);
        case Opening.MODEL_CARD ->
            connection.sendMessage(card(peerName, parse(CardRequest.parser(), opening)));
        default -> throw new IllegalStateException("unchecked opening " + opening.kind());
      }
      connection.flush();
    }
  }

  private static <T> T parse(Parser<T> parser, Opening opening) throws ConnectionException {
    try {
      return parser.parseFrom(opening.body());
    } catch (InvalidProtocolBufferException e) {
      throw ConnectionException.refusal("the opening of a " + opening.kind() + " cannot be read");
    }
  }

  // ---- cards -----------------------------------------------------------------------------------

  private CardReply card(String client, CardRequest request) {
    try {
      return readCard(client, request);
    } catch (UncheckedIOException e) {
      return refused(unreadable(request.getModel(), e));
    }
  }

  private CardReply readCard(String client, CardRequest request) {
    Optional<String> refusal = site.admission().toReadCard(client, request.getModel());
    if (refusal.isPresent()) {
      return refused(new Refusal(Code.NOT_ALLOWED, refusal.get()));
    }
    OptionalInt version =
        request.hasVersion() ? OptionalInt.of(request.getVersion()) : OptionalInt.empty();
    Optional<ModelCard> card = site.shelf().card(request.getModel(), version);
    if (card.isEmpty()) {
      return refused(unknown(request.getModel(), version));
    }
    Optional<String> hidden = site.admission().toKnow(client, card.get());
    if (hidden.isPresent()) {
      return refused(new Refusal(Code.NOT_ALLOWED, hidden.get()));
    }
    return CardReply.newBuilder().setCard(ByteString.copyFrom(card.get().json())).build();
  }

  private static CardReply refused(Refusal refusal) {
    return CardReply.newBuilder().setRefusal(refusal.message()).build();
  }

  private Refusal unknown(String model, OptionalInt version) {
    String which = version.isPresent() ? " version " + version.getAsInt() : "";
    return new Refusal(
        Code.UNKNOWN_MODEL, node.name() + " has no model '" + shown(model) + "'" + which);
  }

  /** The file and the reason are this site's own matter. */
  private Refusal unreadable(String model, UncheckedIOException e) {
    node.notices()
        .accept("model '" + shown(model) + "' cannot be read: " + e.getCause().getMessage());
    return new Refusal(
        Code.UNAVAILABLE,
        node.name()
            + " cannot read its part of model '"
            + shown(model)
            + "': its administrator finds the reason in the log");
  }

  /** A name of the peer's choice, cut. */
  private static String shown(String name) {
    return name.length() > 80 ? name.substring(0, 80) + "..." : name;
  }

  // ---- sessions --------------------------------------------------------------------------------

  private ServedModel checkInvitation(String peerName, Opening opening) throws ConnectionException {
    Invitation invitation = parse(Invitation.parser(), opening);
    OptionalInt version = OptionalInt.of(invitation.getVersion());
    ModelCard card =
        readable(invitation, version)
            .orElseThrow(() ->
                ConnectionException.refusal(unknown(invitation.getModel(), version).sentence()));
    if (!peerName.equals(card.nameOf(ComputeParty.P0))) {
      throw ConnectionException.refusal(peerName + " does not lead " + card.title());
    }
    Optional<ComputeParty> self = card.roleOf(node.name());
    if (self.isEmpty() || !sameCard(card, invitation.getCardDigest())) {
      throw ConnectionException.refusal(
          node.name() + " has another card of " + card.title() + " than " + peerName);
    }
    return servedModel(card, self.get());
  }

  private Optional<ModelCard> readable(Invitation invitation, OptionalInt version)
      throws ConnectionException {
    try {
      return site.shelf().card(invitation.getModel(), version);
    } catch (UncheckedIOException e) {
      throw ConnectionException.refusal(unreadable(invitation.getModel(), e).sentence());
    }
  }

  private static boolean sameCard(ModelCard card, ByteString digest) {
    return Arrays.equals(card.digest(), digest.toByteArray());
  }

  private ServedModel servedModel(ModelCard card, ComputeParty self) {
    return served.computeIfAbsent(
        card.name() + "/" + card.version(), _ -> new ServedModel(card, self, reception));
  }

  // ---- lines -----------------------------------------------------------------------------------

  private void serveLine(Connection connection, String client, Opening opening)
      throws ConnectionException {
    LineHeader header = parse(LineHeader.parser(), opening);
    OptionalInt version = OptionalInt.of(header.getVersion());
    Optional<ModelCard> found = Optional.empty();
    Optional<Refusal> refusal;
    try {
      found = site.shelf().card(header.getModel(), version);
      refusal =
          found.isEmpty()
              ? Optional.of(unknown(header.getModel(), version))
              : refusal(client, found.get(), header);
    } catch (UncheckedIOException e) {
      refusal = Optional.of(unreadable(header.getModel(), e));
    }
    if (refusal.isPresent()) {
      String model = shown(header.getModel());
      clerk.refused(client, model, opening.session().toString(), 0, refusal.get().sentence());
      connection.sendMessage(LineWelcome.newBuilder().setRefusal(refusal.get().message()).build());
      return;
    }
    ModelCard card = found.orElseThrow();
    ServedModel model = servedModel(card, card.roleOf(node.name()).orElseThrow());
    serve(new ClientLine(connection, client, model, reception), connection, client);
  }

  private Optional<Refusal> refusal(String client, ModelCard card, LineHeader header) {
    if (card.roleOf(node.name()).isEmpty()) {
      return Optional.of(
          new Refusal(Code.UNKNOWN_MODEL, node.name() + " does not compute " + card.title()));
    }
    if (!sameCard(card, header.getCardDigest())) {
      return Optional.of(
          new Refusal(
              Code.BAD_QUESTION,
              "the card of " + card.title() + " at " + node.name() + " is another one: read it"));
    }
    return site.admission()
        .toReadCard(client, card.name())
        .or(() -> site.admission().toKnow(client, card))
        .map(sentence -> new Refusal(Code.NOT_ALLOWED, sentence));
  }

  private void serve(ClientLine line, Connection connection, String client)
      throws ConnectionException {
    Optional<Refusal> full = lines.add(client, line);
    LineWelcome.Builder welcome = LineWelcome.newBuilder();
    full.ifPresent(refusal -> welcome.setRefusal(refusal.message()));
    try {
      connection.sendMessage(welcome.build());
      if (full.isEmpty()) {
        node.monitor().lines(lines.size());
        line.serve();
      }
    } finally {
      if (full.isEmpty()) {
        lines.remove(client, line);
        node.monitor().lines(lines.size());
      }
    }
  }

  // ---- from time to time -----------------------------------------------------------------------

  private void keepTime() {
    try {
      for (long turn = 0; !closed; turn++) {
        Thread.sleep(TICK);
        served.values().forEach(ServedModel::keepTime);
        if (turn % WARM_EVERY_TICKS == 0) {
          keepWarm();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sees to it that the models that are to be warm have a session, as long as that is possible. */
  private void keepWarm() {
    try {
      Set<ServedModel> warm = new HashSet<>();
      for (String name : site.warm().get()) {
        Optional<ModelCard> latest = site.shelf().card(name, OptionalInt.empty());
        Optional<ComputeParty> self = latest.flatMap(card -> card.roleOf(node.name()));
        self.ifPresent(role -> warm.add(servedModel(latest.orElseThrow(), role)));
      }
      served.values().forEach(model -> model.keepWarm(warm.contains(model)));
    } catch (RuntimeException e) {
      node.notices().accept("models cannot be kept warm: " + e.getMessage());
    }
  }

  /** Ends all lines and sessions, refuses what waits, and writes down what has happened. */
  @Override
  public void close() {
    closed = true;
    timekeeper.interrupt();
    served.values().forEach(ServedModel::close);
    lines.close();
    clerk.close();
  }
}
