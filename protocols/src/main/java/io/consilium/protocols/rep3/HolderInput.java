package io.consilium.protocols.rep3;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.ProtocolViolation;
import io.consilium.protocols.transport.Channel;
import io.consilium.protocols.transport.Message;
import io.consilium.protocols.transport.Step;
import java.security.MessageDigest;
import java.util.List;

/**
 * The compute party's side of {@link HolderShares}. First {@link #receive} every tensor, then
 * {@link #crossCheck} all of them, and only then compute with them.
 */
public final class HolderInput {
  private static final int DIGEST_WORDS = Digests.BYTES / Long.BYTES;

  private final TensorDescription description;
  private final SharePair shares;

  private HolderInput(TensorDescription description, SharePair shares) {
    this.description = description;
    this.shares = shares;
  }

  /**
   * Checks a bundle against the description that the holder signed, and expands it.
   *
   * @throws InputRefused if it does not fit
   */
  public static HolderInput receive(ShareBundle bundle, TensorDescription description) {
    int own = bundle.party().ordinal();
    int next = bundle.party().next().ordinal();
    SharePair shares =
        new SharePair(expand(bundle.own, own, description), expand(bundle.next, next, description));
    return new HolderInput(description, shares);
  }

  private static long[] expand(SharePart part, int share, TensorDescription description) {
    byte[] digest = part.digest(description.tensorId(), share);
    if (!MessageDigest.isEqual(digest, description.digests().get(share))) {
      throw new InputRefused(
          "share "
              + share
              + " of tensor "
              + description.tensorId()
              + " is not the one that its data holder signed: ask the holder to send it again");
    }
    return part.words(description.tensorId(), share, description.shape().size());
  }

  public TensorDescription description() {
    return description;
  }

  /** This party's shares, to be stored; see also {@link Rep3Backend#importInput}. */
  public SharePair shares(ShareAccess access) {
    return shares;
  }

  SharePair shares() {
    return shares;
  }

  /**
   * Compares with both others what the data holders said. Each pair of parties has one share in
   * common and has checked it against the description; equal descriptions mean equal shares, shapes
   * and formats.
   *
   * <p>Shape: any number of descriptions, the same at all three. Rounds: 1. Bytes: 6 x 32 for each.
   * Security: digests of public statements. Leaks: nothing.
   *
   * @throws ProtocolViolation naming the tensor that differs
   */
  public static void crossCheck(Channel channel, Step step, List<TensorDescription> descriptions) {
    long[] mine = new long[descriptions.size() * DIGEST_WORDS];
    for (int i = 0; i < descriptions.size(); i++) {
      byte[] statement = descriptions.get(i).canonicalBytes();
      long[] digest = ByteWords.of(Digests.of("input statement").with(statement).digest());
      System.arraycopy(digest, 0, mine, i * DIGEST_WORDS, DIGEST_WORDS);
    }
    Message message = Message.words(step, 0, mine.length);
    channel.send(channel.self().next(), message, mine);
    channel.send(channel.self().previous(), message, mine);
    compare(channel, channel.self().next(), message, mine, descriptions);
    compare(channel, channel.self().previous(), message, mine, descriptions);
  }

  private static void compare(
      Channel channel,
      ComputeParty peer,
      Message message,
      long[] mine,
      List<TensorDescription> descriptions) {
    long[] theirs = new long[mine.length];
    channel.receive(peer, message, theirs);
    for (int i = 0; i < mine.length; i++) {
      if (mine[i] != theirs[i]) {
        throw new ProtocolViolation(
            peer,
            message.step().toString(),
            "it was given other shares of tensor "
                + descriptions.get(i / DIGEST_WORDS).tensorId()
                + " than this party, by a faulty data holder or in another order");
      }
    }
  }

  @Override
  public String toString() {
    return "HolderInput[" + description.tensorId() + " ***]";
  }
}
