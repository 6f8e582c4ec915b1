package io.consilium.protocols.transport;

import io.consilium.protocols.ComputeParty;
import java.time.Duration;

/**
 * The links of one party to the other two within one session. One thread uses a channel.
 *
 * <p>Both ends derive every {@link Message} from the program; whatever else arrives ends the
 * session with a {@link io.consilium.protocols.ProtocolViolation}. A peer that goes away or stays
 * silent ends it with {@link io.consilium.protocols.PeerLost}.
 */
public interface Channel extends AutoCloseable {
  /** The party at this end. */
  ComputeParty self();

  /**
   * Sends {@code message.bytes()} bytes of the words, from the given word on. The caller may reuse
   * the array as soon as the call returns. A sender never waits for its peer to compute.
   */
  void send(ComputeParty to, Message message, long[] words, int from);

  /** Sends the first words of an array. */
  default void send(ComputeParty to, Message message, long[] words) {
    send(to, message, words, 0);
  }

  /**
   * Waits for a message and copies its payload into the words from the given one on; the bits
   * behind the payload in its last word become zero.
   */
  void receive(ComputeParty from, Message message, long[] words, int at);

  /** Receives into the first words of an array. */
  default void receive(ComputeParty from, Message message, long[] words) {
    receive(from, message, words, 0);
  }

  /**
   * From now on a peer may be silent for so long at a time, in place of the usual limit: for
   * programs in which a party computes for long between two messages, and one machine for longer
   * than another. Whether a peer's host is still there is watched below the channel.
   */
  void bearSilence(Duration longest);

  /**
   * Hands over what was sent so far, as much of it as the network takes now. Messages that are sent
   * between two calls travel together; whoever goes on computing without waiting for an answer
   * calls it, so that small messages leave at once.
   */
  void push();

  /** Returns when everything that was sent is in the hands of the operating system. */
  void flush();

  Traffic traffic();

  @Override
  void close();
}
