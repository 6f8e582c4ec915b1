package io.consilium.protocols.rep3;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.transport.Connection;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.Pace;
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

  /**
   * The same piece by piece: nothing of it is there twice.
   *
   * @param description what the holder has committed to; the number of elements is taken from it
   */
  public static ShareBundle receiveFrom(
      Connection connection, ComputeParty party, TensorDescription description, Pace pace)
      throws ConnectionException {
    SharePart own = receive(connection, party.ordinal(), description, pace);
    SharePart next = receive(connection, party.next().ordinal(), description, pace);
    return new ShareBundle(party, own, next);
  }

  private static SharePart receive(
      Connection connection, int share, TensorDescription description, Pace pace)
      throws ConnectionException {
    byte[] secret = connection.receiveBytes(SharePart.SEED_BYTES, pace.next());
    if (share != HolderShares.DIFFERENCE) {
      return new SharePart.Seed(secret);
    }
    long[] words = new long[description.shape().size()];
    connection.receiveWords(words, words.length, pace);
    return new SharePart.Difference(secret, words);
  }

  /** How many bytes {@link #sendTo} sends to a party. */
  public static int bytes(ComputeParty party, int elements) {
    boolean hasDifference =
        party.ordinal() == HolderShares.DIFFERENCE
            || party.next().ordinal() == HolderShares.DIFFERENCE;
    return 2 * SharePart.SEED_BYTES + (hasDifference ? Long.BYTES * elements : 0);
  }

  @Override
  public String toString() {
    return "ShareBundle[" + party + " ***]";
  }
}
