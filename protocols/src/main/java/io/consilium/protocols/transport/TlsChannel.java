package io.consilium.protocols.transport;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Limits;
import io.consilium.protocols.PeerLost;
import io.consilium.protocols.ProtocolViolation;
import io.consilium.protocols.SessionException;
import io.consilium.protocols.transport.ConnectionException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The links of a party over mutual TLS 1.3.
 *
 * <p>A message is a header of fixed length and the payload (see {@link FrameHeaders}). The receiver
 * compares the header with the one that the program prescribes; no length is taken from a peer.
 * Small messages wait for the next receive or flush and then share a record. While this party waits
 * for anything it takes in what the others send, up to the inbox limit, so a sender waits for a
 * peer's computation at most, and three that send at the same time do not block each other.
 */
public final class TlsChannel implements Channel {
  private final ComputeParty self;
  private final Map<ComputeParty, TlsLink> links = new EnumMap<>(ComputeParty.class);
  private final LinkLoop loop;
  private final FrameHeaders headers;
  private final TransportLimits limits;
  private final TrafficMeter meter = new TrafficMeter();
  private final byte[] frame = new byte[FrameHeaders.FRAME_BYTES];
  private final byte[] tail = new byte[Long.BYTES];
  private Deadline patience;
  private boolean incarnated;
  private boolean failed;
  private boolean closed;

  /**
   * A channel over two connections, which it takes over.
   *
   * @throws PeerLost if a connection is gone already
   */
  public TlsChannel(
      ComputeParty self,
      SessionId session,
      Map<ComputeParty, Connection> connections,
      TransportLimits limits) {
    if (connections.size() != 2 || connections.containsKey(self)) {
      throw new IllegalArgumentException(
          self + " needs connections to the other two, not to " + connections.keySet());
    }
    this.self = self;
    this.headers = new FrameHeaders(session);
    this.limits = limits;
    this.patience = Deadline.ofSilence(limits.silence());
    connections.forEach((party, connection) -> links.put(party, connection.surrender()));
    links.values().forEach(TlsLink::enlarge);
    try {
      this.loop = new LinkLoop(List.copyOf(links.values()));
    } catch (ConnectionException e) {
      links.values().forEach(TlsLink::close);
      throw new PeerLost(links.keySet().iterator().next(), "set-up", e.getMessage(), e);
    }
  }

  /**
   * Binds all further messages to what the parties have agreed; once, at the same place in the
   * program at all three. Before that the incarnation is zero.
   *
   * @param incarnation 16 bytes
   */
  public void useIncarnation(byte[] incarnation) {
    if (incarnated || incarnation.length != FrameHeaders.INCARNATION_BYTES) {
      throw new IllegalStateException(
          "the incarnation is set once, to " + FrameHeaders.INCARNATION_BYTES + " bytes");
    }
    incarnated = true;
    headers.incarnation(incarnation);
  }

  @Override
  public void bearSilence(Duration longest) {
    patience = Deadline.ofSilence(longest);
  }

  @Override
  public ComputeParty self() {
    return self;
  }

  @Override
  public void send(ComputeParty to, Message message, long[] words, int from) {
    if (message.bytes() > Limits.MESSAGE_BYTES_MAX) {
      throw new IllegalArgumentException("a message of " + message.bytes() + " bytes is too long");
    }
    TlsLink link = link(to);
    try {
      loop.awaitRoom(link, FrameHeaders.FRAME_BYTES, patience);
      link.put(headers.outgoing(message, meter.sent(message)), 0, FrameHeaders.FRAME_BYTES);
      int whole = wholeWords(message);
      int sent = 0;
      while (sent < whole) {
        loop.awaitRoom(link, Long.BYTES, patience);
        int part = Math.min(whole - sent, link.room() / Long.BYTES);
        link.putWords(words, from + sent, part);
        sent += part;
      }
      sendTail(link, message, words, from);
    } catch (ConnectionException e) {
      throw failure(to, message, e);
    }
  }

  /** The bytes after the last whole word, without the bits that lie behind the payload. */
  private void sendTail(TlsLink link, Message message, long[] words, int from)
      throws ConnectionException {
    int bytes = tailBytes(message);
    if (bytes == 0) {
      return;
    }
    long last = words[from + wholeWords(message)] & Payload.lastWordMask(message);
    for (int i = 0; i < bytes; i++) {
      tail[i] = (byte) (last >>> (Byte.SIZE * i));
    }
    loop.awaitRoom(link, bytes, patience);
    link.put(tail, 0, bytes);
  }

  @Override
  public void receive(ComputeParty from, Message message, long[] words, int at) {
    TlsLink link = link(from);
    try {
      LinkLoop.throwIfStopped();
      pushAll();
      loop.awaitInput(link, FrameHeaders.FRAME_BYTES, patience);
      link.inbox().read(frame, 0, FrameHeaders.FRAME_BYTES);
      checkHeader(from, message);
      int whole = wholeWords(message);
      int received = 0;
      while (received < whole) {
        loop.awaitInput(link, Long.BYTES, patience);
        int part = (int) Math.min(whole - received, link.inbox().available() / Long.BYTES);
        link.inbox().readWords(words, at + received, part);
        received += part;
      }
      receiveTail(link, message, words, at);
      meter.received(message, FrameHeaders.depth(frame));
    } catch (ConnectionException e) {
      throw failure(from, message, e);
    }
  }

  private void checkHeader(ComputeParty from, Message message) {
    boolean matches = headers.matches(message, frame);
    if (matches && FrameHeaders.depth(frame) >= 0) {
      return;
    }
    failed = true;
    throw new ProtocolViolation(
        from,
        message.step().toString(),
        matches ? "its causal depth is impossible" : headers.difference(message, frame));
  }

  private void receiveTail(TlsLink link, Message message, long[] words, int at)
      throws ConnectionException {
    int bytes = tailBytes(message);
    if (bytes == 0) {
      return;
    }
    loop.awaitInput(link, bytes, patience);
    link.inbox().read(tail, 0, bytes);
    long last = 0;
    for (int i = 0; i < bytes; i++) {
      last |= (tail[i] & 0xFFL) << (Byte.SIZE * i);
    }
    words[at + wholeWords(message)] = last;
    Payload.clearBehind(message, words, at);
  }

  /** The words all of whose bits belong to the payload. */
  private static int wholeWords(Message message) {
    return (int) (message.elementBits() * message.elements() / Long.SIZE);
  }

  /** The bytes of the word that belongs to it in part. */
  private static int tailBytes(Message message) {
    return (int) (message.bytes() - (long) wholeWords(message) * Long.BYTES);
  }

  /** Hands over what the sockets take now; waiting for an answer sees to the rest. */
  private void pushAll() throws ConnectionException {
    for (TlsLink link : links.values()) {
      if (link.hasOutput()) {
        boolean _ = link.write();
      }
    }
  }

  @Override
  public void push() {
    for (Map.Entry<ComputeParty, TlsLink> entry : links.entrySet()) {
      TlsLink link = entry.getValue();
      try {
        if (link.hasOutput()) {
          boolean _ = link.write();
        }
      } catch (ConnectionException e) {
        throw failure(entry.getKey(), "push", e);
      }
    }
  }

  @Override
  public void flush() {
    for (Map.Entry<ComputeParty, TlsLink> entry : links.entrySet()) {
      try {
        loop.awaitFlushed(entry.getValue(), patience);
      } catch (ConnectionException e) {
        throw failure(entry.getKey(), "flush", e);
      }
    }
  }

  @Override
  public Traffic traffic() {
    return meter.reading();
  }

  /** What went over the sockets since they were connected, headers and TLS included. */
  public WireTraffic wireTraffic() {
    WireTraffic sum = new WireTraffic(0, 0);
    for (TlsLink link : links.values()) {
      sum = sum.plus(link.wireTraffic());
    }
    return sum;
  }

  /** The link to a peer; package-private for the tests of what a hostile peer may send. */
  TlsLink link(ComputeParty party) {
    TlsLink link = links.get(party);
    if (link == null) {
      throw new IllegalArgumentException(self + " has no link to " + party);
    }
    return link;
  }

  private SessionException failure(ComputeParty peer, Message message, ConnectionException e) {
    return failure(peer, message.step().toString(), e);
  }

  private SessionException failure(ComputeParty peer, String where, ConnectionException e) {
    failed = true;
    if (e.reason() == Reason.STOPPED || e.reason() == Reason.TIMEOUT) {
      return new PeerLost(peer, where, e.getMessage(), e);
    }
    ComputeParty culprit = culprit(peer);
    if (e.reason() == Reason.VIOLATION) {
      return new ProtocolViolation(culprit, where, e.getMessage());
    }
    String what = links.get(culprit).isBroken() ? "its connection broke" : "it closed the session";
    return new PeerLost(culprit, where, what, e);
  }

  /**
   * Who is to be named when waiting for a peer failed. A link that broke comes first: the peer may
   * have closed in an orderly way because the third party died.
   */
  private ComputeParty culprit(ComputeParty peer) {
    TlsLink awaited = links.get(peer);
    for (Map.Entry<ComputeParty, TlsLink> other : links.entrySet()) {
      TlsLink link = other.getValue();
      if (link != awaited && !awaited.isBroken() && (diedSilently(link) || !awaited.isEnded())) {
        return other.getKey();
      }
    }
    return peer;
  }

  private static boolean diedSilently(TlsLink link) {
    try {
      link.readOut();
      return link.isBroken();
    } catch (ConnectionException e) {
      return true;
    }
  }

  /**
   * Says farewell and hangs up. After a failure, or when the thread is interrupted, nothing is
   * waited for.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    List<TlsLink> open = new ArrayList<>(links.values());
    Farewell.say(loop, open, failed ? limits.farewellAfterFailure() : limits.silence());
    loop.close();
  }
}
