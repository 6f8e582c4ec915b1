package io.consilium.protocols.transport;

import io.consilium.protocols.ComputeParty;

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
   * Sends the first {@code message.bytes()} bytes of the words. The caller may reuse the array as
   * soon as the call returns. A sender never waits for its peer to read.
   */
  void send(ComputeParty to, Message message, long[] words);

  /**
   * Waits for a message and copies its payload into the words; the bits behind the payload in the
   * last word become zero.
   */
  void receive(ComputeParty from, Message message, long[] words);

  /** Pushes out what was sent so far; called before the party computes for long. */
  void flush();

  Traffic traffic();

  @Override
  void close();
}
