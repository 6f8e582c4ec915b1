package io.consilium.protocols.rep3;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.transport.Connection;
import io.consilium.protocols.transport.ConnectionException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/**
 * What one compute party gets of an outside input: its own share and the next one. Without the
 * third share it says nothing about the value.
 */
public final class ShareBundle {
  private final ComputeParty party;
  final SharePart own;
  final SharePart next;

  ShareBundle(ComputeParty party, SharePart own, SharePart next) {
    this.party = party;
    this.own = own;
    this.next = next;
  }

  /** Whom it is for. */
  public ComputeParty party() {
    return party;
  }

  /** Sends it to its party, without any length: the party knows the description. */
  public void sendTo(Connection connection) throws ConnectionException {
    send(connection, own);
    send(connection, next);
  }

  private static void send(Connection connection, SharePart part) throws ConnectionException {
    switch (part) {
      case SharePart.Seed(byte[] seed) -> connection.sendBytes(seed);
      case SharePart.Difference(byte[] nonce, long[] words) -> {
        connection.sendBytes(nonce);
        connection.sendWords(words, words.length);
      }
    }
  }

  /**
   * Receives the bundle of a party.
   *
   * @param description what the holder has signed; the number of elements is taken from it
   * @param timeout for each of the two shares
   */
  public static ShareBundle receiveFrom(
      Connection connection, ComputeParty party, TensorDescription description, Duration timeout)
      throws ConnectionException {
    SharePart own = receive(connection, party.ordinal(), description, timeout);
    SharePart next = receive(connection, party.next().ordinal(), description, timeout);
    return new ShareBundle(party, own, next);
  }

  private static SharePart receive(
      Connection connection, int share, TensorDescription description, Duration timeout)
      throws ConnectionException {
    byte[] secret = connection.receiveBytes(SharePart.SEED_BYTES, timeout);
    if (share != HolderShares.DIFFERENCE) {
      return new SharePart.Seed(secret);
    }
    long[] words = new long[description.shape().size()];
    connection.receiveWords(words, words.length, timeout);
    return new SharePart.Difference(secret, words);
  }

  /** How long {@link #toBytes} is. */
  public static int bytes(ComputeParty party, int elements) {
    boolean hasDifference =
        party.ordinal() == HolderShares.DIFFERENCE
            || party.next().ordinal() == HolderShares.DIFFERENCE;
    return 2 * SharePart.SEED_BYTES + (hasDifference ? Long.BYTES * elements : 0);
  }

  /** The same as {@link #sendTo} sends, for a message that holds more. */
  public byte[] toBytes() {
    ByteBuffer bytes =
        ByteBuffer.allocate(length(own) + length(next)).order(ByteOrder.LITTLE_ENDIAN);
    put(own, bytes);
    put(next, bytes);
    return bytes.array();
  }

  private static int length(SharePart part) {
    return switch (part) {
      case SharePart.Seed(byte[] seed) -> seed.length;
      case SharePart.Difference(byte[] nonce, long[] words) ->
          nonce.length + Long.BYTES * words.length;
    };
  }

  private static void put(SharePart part, ByteBuffer bytes) {
    switch (part) {
      case SharePart.Seed(byte[] seed) -> bytes.put(seed);
      case SharePart.Difference(byte[] nonce, long[] words) -> {
        bytes.put(nonce);
        bytes.asLongBuffer().put(words);
        bytes.position(bytes.position() + Long.BYTES * words.length);
      }
    }
  }

  /**
   * Reads the bundle of a party.
   *
   * @param bytes as many as {@link #bytes} says
   */
  public static ShareBundle of(byte[] bytes, ComputeParty party, TensorDescription description) {
    int elements = description.shape().size();
    if (bytes.length != bytes(party, elements)) {
      throw new IllegalArgumentException(
          bytes.length + " bytes are not the shares of " + description + " for " + party);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    SharePart own = get(in, party.ordinal(), elements);
    SharePart next = get(in, party.next().ordinal(), elements);
    return new ShareBundle(party, own, next);
  }

  private static SharePart get(ByteBuffer in, int share, int elements) {
    byte[] secret = new byte[SharePart.SEED_BYTES];
    in.get(secret);
    if (share != HolderShares.DIFFERENCE) {
      return new SharePart.Seed(secret);
    }
    long[] words = new long[elements];
    in.asLongBuffer().get(words);
    in.position(in.position() + Long.BYTES * elements);
    return new SharePart.Difference(secret, words);
  }

  @Override
  public String toString() {
    return "ShareBundle[" + party + " ***]";
  }
}
