package io.consilium.protocols.transport;

import io.consilium.protocols.transport.ConnectionException.Reason;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * One TLS connection that never blocks: {@link #read} and {@link #write} do what the socket lets
 * them do now and say whether that was anything. Waiting is {@link LinkLoop}'s. One thread.
 *
 * <pre>
 *   put -> plain -> (wrap) -> netOut -> socket -> netIn -> (unwrap) -> inbox
 * </pre>
 */
final class TlsLink implements AutoCloseable {
  /** Enough for the messages of a client; a compute session takes {@link #BULK_BYTES}. */
  private static final int SMALL_BYTES = 1 << 15;

  private static final int BULK_BYTES = 1 << 18;

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final String peer;
  private final SocketChannel socket;
  private final SSLEngine engine;
  private final ByteInbox inbox = new ByteInbox(SMALL_BYTES);
  private long inboxBytesMax;

  /** Plaintext that is not encrypted yet; ready for putting. */
  private ByteBuffer plain = ByteBuffer.allocate(SMALL_BYTES);

  private MemorySegment plainSegment = MemorySegment.ofArray(plain.array());

  /** Records for the socket; ready for getting. */
  private ByteBuffer netOut = ByteBuffer.allocate(2 * SMALL_BYTES).limit(0);

  /** Records from the socket; ready for putting. */
  private ByteBuffer netIn = ByteBuffer.allocate(SMALL_BYTES);

  private boolean engineHasToSpeak;
  private boolean halted;
  private boolean ended;
  private boolean broken;
  private boolean closed;
  private long bytesSent;
  private long bytesReceived;
  private Runnable whenClosed = () -> {};

  /**
   * A link over a connected socket.
   *
   * @param peer what error messages call the other end
   */
  TlsLink(String peer, SocketChannel socket, SSLEngine engine, long inboxBytesMax)
      throws ConnectionException {
    this.peer = peer;
    this.socket = socket;
    this.engine = engine;
    this.inboxBytesMax = inboxBytesMax;
    try {
      engine.beginHandshake();
      engineHasToSpeak = engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
    } catch (SSLException e) {
      throw TlsErrors.of(peer, e);
    }
  }

  /** Buffers for tensors in place of those for small messages. Allowed at any time. */
  void enlarge() {
    if (plain.capacity() >= BULK_BYTES / 2) {
      return;
    }
    plain = ByteBuffer.allocate(BULK_BYTES / 2).put(plain.flip());
    plainSegment = MemorySegment.ofArray(plain.array());
    netOut = ByteBuffer.allocate(BULK_BYTES).put(netOut).flip();
    netIn = ByteBuffer.allocate(BULK_BYTES).put(netIn.flip());
    inbox.enlarge(BULK_BYTES);
  }

  String peer() {
    return peer;
  }

  SocketChannel socket() {
    return socket;
  }

  SSLSession session() {
    return engine.getSession();
  }

  boolean isHandshaking() {
    return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING;
  }

  /** Bytes that can be put without a {@link #write}. */
  int room() {
    return plain.remaining();
  }

  void put(byte[] bytes, int offset, int length) {
    plain.put(bytes, offset, length);
  }

  void putWords(long[] words, int offset, int count) {
    MemorySegment.copy(words, offset, plainSegment, WORD, plain.position(), count);
    plain.position(plain.position() + count * Long.BYTES);
  }

  ByteInbox inbox() {
    return inbox;
  }

  boolean hasInput(long bytes) {
    return inbox.available() >= bytes;
  }

  /** Whether reading makes sense: the link is open and its inbox is not full. */
  boolean wantsInput() {
    return !ended && inbox.available() < inboxBytesMax;
  }

  void boundInbox(long bytesMax) {
    inboxBytesMax = bytesMax;
  }

  boolean hasOutput() {
    return netOut.hasRemaining() || plain.position() > 0 || engineHasToSpeak;
  }

  /** Nothing more will arrive. */
  boolean isEnded() {
    return ended;
  }

  /** It ended without a farewell: the peer's process or the network is gone. */
  boolean isBroken() {
    return broken;
  }

  WireTraffic wireTraffic() {
    return new WireTraffic(bytesSent, bytesReceived);
  }

  /** Encrypts and sends what the socket takes now; says whether that was anything. */
  boolean write() throws ConnectionException {
    boolean moved = false;
    try {
      while (netOut.hasRemaining() || encrypt()) {
        int sent = socket.write(netOut);
        if (sent == 0) {
          break;
        }
        moved = true;
        bytesSent += sent;
      }
    } catch (SSLException e) {
      throw refused(e);
    } catch (IOException e) {
      throw lostWhileWriting(e);
    }
    return moved;
  }

  /** A peer that hung up may have said why before; that is in what it sent last. */
  private ConnectionException lostWhileWriting(IOException e) throws ConnectionException {
    readOut();
    broken |= !ended;
    ended = true;
    return broken
        ? new ConnectionException(Reason.LOST, "the connection to " + peer + " broke", e)
        : new ConnectionException(Reason.CLOSED, peer + " closed the connection", e);
  }

  /** Takes everything that has arrived, up to the inbox limit. */
  void readOut() throws ConnectionException {
    boolean moved = true;
    while (moved && wantsInput()) {
      moved = read();
    }
  }

  /** Appends records to netOut as long as there is plaintext and room. */
  private boolean encrypt() throws SSLException {
    int recordBytes = engine.getSession().getPacketBufferSize();
    netOut.compact();
    plain.flip();
    try {
      while ((plain.hasRemaining() || engineHasToSpeak) && netOut.remaining() >= recordBytes) {
        SSLEngineResult result = engine.wrap(plain, netOut);
        note(result.getHandshakeStatus());
        boolean worked = result.getHandshakeStatus() == HandshakeStatus.NEED_TASK;
        if (result.bytesProduced() == 0 && !worked) {
          break;
        }
      }
    } finally {
      plain.compact();
      netOut.flip();
    }
    return netOut.hasRemaining();
  }

  /** Takes and decrypts what the socket has now; says whether that was anything. */
  boolean read() throws ConnectionException {
    if (ended) {
      return false;
    }
    try {
      boolean moved = halted && decrypt();
      if (!netIn.hasRemaining()) {
        return moved;
      }
      int received = socket.read(netIn);
      if (received < 0) {
        ended = true;
        broken = !engine.isInboundDone();
        return true;
      }
      bytesReceived += received;
      if (received == 0) {
        return moved;
      }
      boolean _ = decrypt();
      return true;
    } catch (SSLException e) {
      throw refused(e);
    } catch (IOException e) {
      ended = true;
      broken = true;
      return true;
    }
  }

  private ConnectionException refused(SSLException e) {
    ended = true;
    broken = true;
    return TlsErrors.of(peer, e);
  }

  private boolean decrypt() throws SSLException {
    boolean moved = false;
    halted = false;
    netIn.flip();
    try {
      while (netIn.hasRemaining() && !ended) {
        ByteBuffer room = inbox.room(engine.getSession().getApplicationBufferSize());
        SSLEngineResult result = engine.unwrap(netIn, room);
        inbox.arrived(result.bytesProduced());
        note(result.getHandshakeStatus());
        moved |= result.bytesConsumed() > 0;
        switch (result.getStatus()) {
          case OK -> {}
          case CLOSED -> ended = true;
          case BUFFER_UNDERFLOW -> {
            return moved;
          }
          case BUFFER_OVERFLOW -> throw new SSLException("a record is larger than TLS allows");
        }
        if (engineHasToSpeak && result.bytesConsumed() == 0) {
          halted = true; // The engine reads on when it has been heard.
          return moved;
        }
      }
      return moved;
    } finally {
      netIn.compact();
    }
  }

  /** Tasks are the handshake's arithmetic and the check of certificates: milliseconds. */
  private void note(HandshakeStatus status) {
    if (status == HandshakeStatus.NEED_TASK) {
      for (Runnable task = engine.getDelegatedTask();
          task != null;
          task = engine.getDelegatedTask()) {
        task.run();
      }
    }
    engineHasToSpeak = engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
  }

  void whenClosed(Runnable action) {
    whenClosed = action;
  }

  /** Puts the farewell behind what waits to be sent. It still has to be written. */
  void sayFarewell() {
    engine.closeOutbound();
    engineHasToSpeak = true;
  }

  /**
   * Sends an alert that the engine has prepared, as far as the socket takes it, and hears the peer
   * out: closing a socket with unread bytes would destroy the alert on its way.
   *
   * @return whether the peer may still have something to say
   */
  boolean sendAlert() {
    try {
      engineHasToSpeak = true;
      boolean _ = encrypt();
      bytesSent += socket.write(netOut);
      if (socket.isOpen()) {
        socket.shutdownOutput();
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Reads and forgets; says whether the peer is still there. */
  boolean discard() {
    try {
      netIn.clear();
      return socket.read(netIn) >= 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Closes the socket at once. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    ended = true;
    try {
      socket.close();
    } catch (IOException e) {
      broken = true; // There is nothing left to lose.
    }
    whenClosed.run();
  }
}
