package io.consilium.inference;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.consilium.inference.Refusal.Code;
import io.consilium.inference.wire.CardReply;
import io.consilium.inference.wire.CardRequest;
import io.consilium.inference.wire.Invitation;
import io.consilium.inference.wire.QueryHeader;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.transport.Connection;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.ConnectionHandler;
import io.consilium.protocols.transport.Opening;
import io.consilium.protocols.transport.SessionId;
import java.util.Arrays;
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

  private final ServingNode node;
  private final ServingSite site;
  private final ServingLimits limits;
  private final Seats seats;
  private final Map<String, ServedModel> served = new ConcurrentHashMap<>();
  private volatile boolean closed;

  public InferenceServer(ServingNode node, ServingSite site, ServingLimits limits) {
    this.node = node;
    this.site = site;
    this.limits = limits;
    this.seats = new Seats(limits);
  }

  @Override
  public void check(String peerName, Opening opening) throws ConnectionException {
    if (closed) {
      throw ConnectionException.refusal("this hospital stops");
    }
    switch (opening.kind()) {
      case SERVING_SESSION -> checkInvitation(peerName, opening);
      case Opening.QUERY -> parse(QueryHeader.parser(), opening);
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
        case Opening.QUERY ->
            ask(connection, peerName, opening.session(), parse(QueryHeader.parser(), opening));
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

  /** A name of the peer's choice, cut. */
  private static String shown(String name) {
    return name.length() > 80 ? name.substring(0, 80) + "..." : name;
  }

  // ---- sessions --------------------------------------------------------------------------------

  private ServedModel checkInvitation(String peerName, Opening opening) throws ConnectionException {
    Invitation invitation = parse(Invitation.parser(), opening);
    OptionalInt version = OptionalInt.of(invitation.getVersion());
    ModelCard card =
        site.shelf()
            .card(invitation.getModel(), version)
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

  private static boolean sameCard(ModelCard card, ByteString digest) {
    return Arrays.equals(card.digest(), digest.toByteArray());
  }

  private ServedModel servedModel(ModelCard card, ComputeParty self) {
    return served.computeIfAbsent(
        card.name() + "/" + card.version(), _ -> new ServedModel(card, self, node, site, limits));
  }

  // ---- queries ---------------------------------------------------------------------------------

  private void ask(Connection connection, String client, SessionId id, QueryHeader header)
      throws ConnectionException {
    QueryReception reception = new QueryReception(connection, client, id, header);
    OptionalInt version = OptionalInt.of(header.getVersion());
    Optional<ModelCard> found = site.shelf().card(header.getModel(), version);
    if (found.isEmpty()) {
      refuse(reception, unknown(header.getModel(), version));
      return;
    }
    ModelCard card = found.get();
    Optional<ComputeParty> self = card.roleOf(node.name());
    Optional<Refusal> refusal = self.isEmpty() ? notHere(card) : misfit(card, header);
    if (refusal.isEmpty()) {
      refusal =
          site.admission()
              .toAsk(client, card, header.getRows())
              .map(sentence -> new Refusal(Code.NOT_ALLOWED, sentence));
    }
    if (refusal.isPresent()) {
      refuse(reception, refusal.get());
      return;
    }
    int size = header.getRows() * card.features().columns();
    Optional<String> full = seats.take(client, size);
    if (full.isPresent()) {
      refuse(reception, new Refusal(Code.BUSY, full.get()));
      return;
    }
    try {
      answer(reception, card, self.orElseThrow());
    } finally {
      seats.leave(client, size);
    }
  }

  private Optional<Refusal> notHere(ModelCard card) {
    return Optional.of(
        new Refusal(Code.UNKNOWN_MODEL, node.name() + " does not compute " + card.title()));
  }

  private Optional<Refusal> misfit(ModelCard card, QueryHeader header) {
    int rowsMax = Math.min(limits.rowsMax(), limits.queryElementsMax() / card.features().columns());
    if (header.getRows() < 1 || header.getRows() > rowsMax) {
      return Optional.of(
          new Refusal(
              Code.BAD_QUESTION,
              "a question to "
                  + card.title()
                  + " has 1 to "
                  + rowsMax
                  + " records, not "
                  + Integer.toUnsignedString(header.getRows())
                  + ": ask in parts"));
    }
    if (header.getColumns() != card.features().columns()) {
      return Optional.of(
          new Refusal(
              Code.BAD_QUESTION,
              card.title()
                  + " wants "
                  + card.features().columns()
                  + " features, not "
                  + Integer.toUnsignedString(header.getColumns())));
    }
    if (!sameCard(card, header.getCardDigest())) {
      return Optional.of(
          new Refusal(
              Code.BAD_QUESTION,
              "the card of " + card.title() + " at " + node.name() + " is another one: read it"));
    }
    return Optional.empty();
  }

  private void answer(QueryReception reception, ModelCard card, ComputeParty self)
      throws ConnectionException {
    ServedModel model = servedModel(card, self);
    reception.goAhead();
    Query query;
    try {
      query = reception.receive(card, self, site.disclosures(), limits, node.nanos());
    } catch (ConnectionException e) {
      model.forget(reception.id());
      refuse(reception, new Refusal(Code.TIMEOUT, "the question did not come: " + e.getMessage()));
      return;
    } catch (RuntimeException e) {
      if (!QueryTensors.isClientsFault(e)) {
        throw e;
      }
      model.forget(reception.id());
      refuse(reception, new Refusal(Code.BAD_QUESTION, e.getMessage()));
      return;
    }
    try {
      switch (model.ask(query)) {
        case Answer.Share(long[] words) -> reception.sendShare(words);
        case Answer.Refused(Refusal refusal) -> refuse(reception, refusal);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ConnectionException.refusal("this hospital stops");
    }
  }

  private void refuse(QueryReception reception, Refusal refusal) throws ConnectionException {
    QueryHeader header = reception.header();
    site.audit()
        .refused(
            reception.client(),
            shown(header.getModel()),
            reception.id().toString(),
            header.getRows(),
            refusal.sentence());
    reception.refuse(refusal);
  }

  /** Ends all sessions and refuses what waits. */
  @Override
  public void close() {
    closed = true;
    served.values().forEach(ServedModel::close);
  }
}
