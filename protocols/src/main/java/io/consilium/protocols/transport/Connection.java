package io.consilium.protocols.transport;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.consilium.protocols.transport.ConnectionException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;

/**
 * An encrypted connection to a peer whose name was checked. Data holders and clients use it as it
 * is; the compute parties of a session put it under a {@link TlsChannel}.
 *
 * <p>What is sent leaves with the next {@link #flush} or receiving call at the latest. No length is
 * ever taken from the peer unless the caller gives its maximum. One thread at a time, but for
 * {@link #wakeUp}; interrupting it ends the call with {@link Reason#STOPPED}, after which the
 * connection is of no more use.
 */
public final class Connection implements AutoCloseable {
  private static final Duration FAREWELL_MAX = Duration.ofSeconds(1);

  /** What is awaited at a time of something that comes at a {@link Pace}. */
  private static final int PIECE_WORDS = 1 << 14;

  private final TlsLink link;
  private final LinkLoop loop;
  private final String peerName;
  private final TransportLimits limits;
  private final Deadline sending;

  /** Takes over a link whose handshake is done, and the loop that waits for it. */
  Connection(TlsLink link, LinkLoop loop, String peerName, TransportLimits limits) {
    this.link = link;
    this.loop = loop;
    this.peerName = peerName;
    this.limits = limits;
    this.sending = Deadline.ofSilence(limits.silence());
  }

  /** The same connection, now that the peer's name is known. */
  Connection named(String name) {
    return new Connection(link, loop, name, limits);
  }

  /** The name that the peer's certificate carries. */
  public String peerName() {
    return peerName;
  }

  /** Sends bytes whose number the peer knows. */
  public void sendBytes(byte[] bytes) throws ConnectionException {
    int sent = 0;
    while (sent < bytes.length) {
      loop.awaitRoom(link, 1, sending);
      int part = Math.min(bytes.length - sent, link.room());
      link.put(bytes, sent, part);
      sent += part;
    }
  }

  /** Receives exactly so many bytes. */
  public byte[] receiveBytes(int length, Duration timeout) throws ConnectionException {
    return receiveBytes(length, Deadline.in(timeout));
  }

  byte[] receiveBytes(int length, Deadline deadline) throws ConnectionException {
    byte[] bytes = new byte[length];
    int received = 0;
    while (received < length) {
      loop.awaitInput(link, 1, deadline);
      int part = (int) Math.min(length - received, link.inbox().available());
      link.inbox().read(bytes, received, part);
      received += part;
    }
    return bytes;
  }

  /** Sends a message behind its length. */
  public void sendMessage(MessageLite message) throws ConnectionException {
    byte[] bytes = message.toByteArray();
    sendBytes(lengthBytes().putInt(bytes.length).array());
    sendBytes(bytes);
  }

  /**
   * Receives a message.
   *
   * @param bytesMax longer ones are refused before they are read
   */
  public <T extends MessageLite> T receiveMessage(Parser<T> parser, int bytesMax, Duration timeout)
      throws ConnectionException {
    return receiveMessage(parser, bytesMax, Deadline.in(timeout));
  }

  <T extends MessageLite> T receiveMessage(Parser<T> parser, int bytesMax, Deadline deadline)
      throws ConnectionException {
    int length = lengthBytes().put(receiveBytes(Integer.BYTES, deadline)).getInt(0);
    if (length < 0 || length > bytesMax) {
      throw new ConnectionException(
          Reason.VIOLATION,
          peerName
              + " announced a message of "
              + Integer.toUnsignedString(length)
              + " bytes; at most "
              + bytesMax
              + " are allowed");
    }
    try {
      return parser.parseFrom(receiveBytes(length, deadline));
    } catch (InvalidProtocolBufferException e) {
      throw new ConnectionException(
          Reason.VIOLATION, peerName + " sent a message that cannot be read", e);
    }
  }

  private static ByteBuffer lengthBytes() {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Sends the first words of an array, whose number the peer knows, as fast as the peer takes them:
   * of a long array only what fits the buffers is there twice.
   */
  public void sendWords(long[] words, int count) throws ConnectionException {
    if (count > link.room() / Long.BYTES) {
      link.enlarge();
    }
    int sent = 0;
    while (sent < count) {
      loop.awaitRoom(link, Long.BYTES, sending);
      int part = Math.min(count - sent, link.room() / Long.BYTES);
      link.putWords(words, sent, part);
      sent += part;
    }
  }

  /** Receives exactly so many words into the beginning of an array. */
  public void receiveWords(long[] words, int count, Duration timeout) throws ConnectionException {
    link.enlarge();
    receiveWords(words, 0, count, Deadline.in(timeout));
  }

  /**
   * The same piece by piece, straight into the array, and with the buffers as they are: for one of
   * many connections, none of which may take much memory.
   */
  public void receiveWords(long[] words, int count, Pace pace) throws ConnectionException {
    for (int from = 0; from < count; from += PIECE_WORDS) {
      int part = Math.min(PIECE_WORDS, count - from);
      receiveWords(words, from, part, Deadline.in(pace.next()));
    }
  }

  private void receiveWords(long[] words, int from, int count, Deadline deadline)
      throws ConnectionException {
    int received = 0;
    while (received < count) {
      loop.awaitInput(link, Long.BYTES, deadline);
      int part = (int) Math.min(count - received, link.inbox().available() / Long.BYTES);
      link.inbox().readWords(words, from + received, part);
      received += part;
    }
  }

  /**
   * Waits for so many bytes, for the end of the time, or for somebody to {@link #wakeUp} this
   * thread, and sends what waits to be sent meanwhile. It does not try again and again first, so
   * many quiet connections cost nothing.
   *
   * @return whether the bytes are there
   */
  public boolean awaitInput(int bytes, Duration timeout) throws ConnectionException {
    return loop.awaitInputOrWakeUp(link, bytes, Deadline.in(timeout));
  }

  /** Ends the {@link #awaitInput} of the thread that uses this connection, or its next one. */
  public void wakeUp() {
    loop.wakeUp();
  }

  /**
   * Leaves what the peer sends in its hands while so many bytes wait here unread. For connections
   * that live long and whose peers are not trusted to send only what is awaited.
   */
  public void boundInbox(long bytesMax) {
    link.boundInbox(bytesMax);
  }

  /** Returns when all that was sent is in the hands of the operating system. */
  public void flush() throws ConnectionException {
    loop.awaitFlushed(link, sending);
  }

  public WireTraffic wireTraffic() {
    return link.wireTraffic();
  }

  /** Gives the link away; this object is of no more use. */
  TlsLink surrender() {
    loop.close();
    return link;
  }

  /** Sends what waits to be sent and a farewell, for a second at most, and hangs up. */
  @Override
  public void close() {
    Farewell.say(
        loop,
        List.of(link),
        FAREWELL_MAX.compareTo(limits.silence()) < 0 ? FAREWELL_MAX : limits.silence());
    loop.close();
  }
}
