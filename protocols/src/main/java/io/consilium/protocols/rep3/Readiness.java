package io.consilium.protocols.rep3;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.PeerLost;
import io.consilium.protocols.ProtocolViolation;
import io.consilium.protocols.transport.Channel;
import io.consilium.protocols.transport.Message;
import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.Step;
import java.util.List;

/**
 * Waits until all three parties have what they need before the session begins, such as the inputs
 * of all data holders, however long that takes. A party that waits would be taken for silent; so
 * each tells the others again and again whether it is ready, until all three are.
 *
 * <p>Shape: none. Rounds: 1 for each pulse. Bytes: 48 for each pulse. Security: public words.
 * Leaks: when a party has what it needs.
 */
public final class Readiness {
  private static final long WAITING = 0;
  private static final long READY = 1;

  private Readiness() {}

  /**
   * What a party waits for.
   *
   * @param <E> what may go wrong meanwhile
   */
  @FunctionalInterface
  public interface Condition<E extends Exception> {
    /**
     * Waits for a moment, which is well below the silence that the others bear.
     *
     * @return whether this party is ready; once it is, at once
     */
    boolean isReady() throws E, InterruptedException;
  }

  /**
   * Returns when all three are ready; before {@link KeyAgreement}.
   *
   * @throws PeerLost if a peer gives no sign of life
   * @throws ProtocolViolation if a peer says something else
   */
  public static <E extends Exception> void await(Channel channel, Condition<E> condition)
      throws E, InterruptedException {
    List<ComputeParty> peers = List.of(channel.self().next(), channel.self().previous());
    boolean all = false;
    for (long pulse = 0; !all; pulse++) {
      boolean mine = condition.isReady();
      Message message = Message.words(new Step(pulse, Opcode.SYNCHRONISE), 0, 1);
      for (ComputeParty peer : peers) {
        channel.send(peer, message, new long[] {mine ? READY : WAITING});
      }
      all = mine;
      for (ComputeParty peer : peers) {
        all &= isReady(channel, peer, message);
      }
    }
  }

  private static boolean isReady(Channel channel, ComputeParty peer, Message message) {
    long[] word = new long[1];
    channel.receive(peer, message, word);
    if (word[0] != READY && word[0] != WAITING) {
      throw new ProtocolViolation(
          peer, message.step().toString(), "it is neither ready nor waiting");
    }
    return word[0] == READY;
  }
}
