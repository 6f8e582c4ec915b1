package io.consilium.protocols.rep3;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.ProtocolViolation;
import io.consilium.protocols.prf.AddressLedger;
import io.consilium.protocols.prf.Prf;
import io.consilium.protocols.transport.Channel;
import io.consilium.protocols.transport.Message;
import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.Step;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Agrees on the pairwise keys of a session and its incarnation.
 *
 * <p>Each pair of parties shares one key, made of 32 random bytes of both; the incarnation is made
 * of 32 random bytes of all three. Everybody commits to its values before it sees another's, so no
 * party chooses the outcome (rule R2: an incarnation is never used twice, since reusing masks with
 * other data would show the difference of the plaintexts). At the end the three compare what they
 * are going to compute.
 *
 * <p>Rounds: 3. Bytes: 6 x (64 + 128 + 32). Security: passive, one of three, over links that nobody
 * else can read; a party that changes its mind after the commitment is caught.
 */
public final class KeyAgreement {
  private static final Step STEP = new Step(0, Opcode.KEY_AGREEMENT);
  private static final Message COMMITMENTS = Message.words(STEP, 0, 8);
  private static final Message VALUES = Message.words(STEP, 1, 16);
  private static final Message CONFIRMATION = Message.words(STEP, 2, 4);

  private static final String INCARNATION = "incarnation";
  private static final int VALUE_BYTES = 32;
  private static final int VALUE_WORDS = VALUE_BYTES / Long.BYTES;
  private static final int INCARNATION_BYTES = 16;

  private final RandomGenerator random;
  private final AddressLedger ledger;

  /**
   * An agreement.
   *
   * @param random a cryptographically strong generator
   */
  public KeyAgreement(RandomGenerator random, AddressLedger ledger) {
    this.random = random;
    this.ledger = ledger;
  }

  /**
   * Runs the agreement with the other two; the first thing that happens in a session.
   *
   * @param phase the part of the program that the keys are for
   * @throws ProtocolViolation if a party broke its commitment or wants to compute something else
   */
  public AgreedKeys agree(Channel channel, SessionDescription session, int phase) {
    Run run = new Run(channel, session);
    run.commit();
    run.reveal();
    run.combine();
    byte[] incarnation = incarnation(run.ofIncarnation, session);
    confirm(channel, run.peers, incarnation, session);
    ComputeParty self = channel.self();
    SessionKeys keys =
        new SessionKeys(
            prf(self, run.masters.get(self.previous()), incarnation, phase),
            prf(self.next(), run.masters.get(self.next()), incarnation, phase));
    return new AgreedKeys(keys, incarnation);
  }

  /** The first two rounds: what this party contributes and what it hears from the others. */
  private final class Run {
    final Channel channel;
    final SessionDescription session;
    final ComputeParty self;
    final List<ComputeParty> peers;
    final Contribution toIncarnation = Contribution.draw(random);
    final Map<ComputeParty, Contribution> toKeys = new EnumMap<>(ComputeParty.class);
    final Map<ComputeParty, byte[]> ofIncarnation = new EnumMap<>(ComputeParty.class);
    final Map<ComputeParty, byte[]> masters = new EnumMap<>(ComputeParty.class);
    Map<ComputeParty, long[]> commitments = Map.of();
    Map<ComputeParty, long[]> revealed = Map.of();

    Run(Channel channel, SessionDescription session) {
      this.channel = channel;
      this.session = session;
      this.self = channel.self();
      this.peers = List.of(self.next(), self.previous());
      peers.forEach(peer -> toKeys.put(peer, Contribution.draw(random)));
    }

    void commit() {
      for (ComputeParty peer : peers) {
        byte[] key = toKeys.get(peer).commitment(self, keyPurpose(self, peer), session);
        byte[] incarnation = toIncarnation.commitment(self, INCARNATION, session);
        channel.send(peer, COMMITMENTS, ByteWords.of(key, incarnation));
      }
      commitments = receiveAll(channel, peers, COMMITMENTS);
    }

    /** Only after both others have committed. */
    void reveal() {
      for (ComputeParty peer : peers) {
        Contribution toKey = toKeys.get(peer);
        channel.send(
            peer,
            VALUES,
            ByteWords.of(
                toKey.nonce(), toKey.value(), toIncarnation.nonce(), toIncarnation.value()));
      }
      revealed = receiveAll(channel, peers, VALUES);
    }

    void combine() {
      ofIncarnation.put(self, toIncarnation.value());
      for (ComputeParty peer : peers) {
        Contribution toKey = Contribution.of(revealed.get(peer), 0);
        Contribution theirIncarnation = Contribution.of(revealed.get(peer), 2 * VALUE_WORDS);
        Arrays.fill(revealed.get(peer), 0);
        check(peer, toKey, keyPurpose(self, peer), session, commitments.get(peer), 0);
        check(peer, theirIncarnation, INCARNATION, session, commitments.get(peer), VALUE_WORDS);
        ofIncarnation.put(peer, theirIncarnation.value());
        masters.put(peer, master(self, toKeys.get(peer), peer, toKey, session));
        toKey.erase();
        toKeys.get(peer).erase();
      }
    }
  }

  /** A value nobody else knows, and what hides it in its commitment. */
  private record Contribution(byte[] nonce, byte[] value) {
    static Contribution draw(RandomGenerator random) {
      byte[] nonce = new byte[VALUE_BYTES];
      byte[] value = new byte[VALUE_BYTES];
      random.nextBytes(nonce);
      random.nextBytes(value);
      return new Contribution(nonce, value);
    }

    static Contribution of(long[] words, int from) {
      return new Contribution(
          ByteWords.bytes(words, from, VALUE_WORDS),
          ByteWords.bytes(words, from + VALUE_WORDS, VALUE_WORDS));
    }

    byte[] commitment(ComputeParty committer, String purpose, SessionDescription session) {
      return Digests.of("commitment")
          .with(purpose)
          .with(committer.toString())
          .with(session.sessionId())
          .with(nonce)
          .with(value)
          .digest();
    }

    void erase() {
      Arrays.fill(value, (byte) 0);
    }

    @Override
    public String toString() {
      return "Contribution[***]";
    }
  }

  private static String keyPurpose(ComputeParty self, ComputeParty peer) {
    return "key " + sharedShare(self, peer);
  }

  /** The index of the share, and of the key, that two parties have in common. */
  private static int sharedShare(ComputeParty self, ComputeParty peer) {
    return (peer == self.next() ? peer : self).ordinal();
  }

  private static Map<ComputeParty, long[]> receiveAll(
      Channel channel, List<ComputeParty> peers, Message message) {
    Map<ComputeParty, long[]> received = new EnumMap<>(ComputeParty.class);
    for (ComputeParty peer : peers) {
      long[] words = new long[message.wordCount()];
      channel.receive(peer, message, words);
      received.put(peer, words);
    }
    return received;
  }

  private static void check(
      ComputeParty peer,
      Contribution opened,
      String purpose,
      SessionDescription session,
      long[] commitments,
      int from) {
    byte[] committed = ByteWords.bytes(commitments, from, VALUE_WORDS);
    if (!MessageDigest.isEqual(committed, opened.commitment(peer, purpose, session))) {
      throw new ProtocolViolation(
          peer, STEP.toString(), "its contribution to the " + purpose + " breaks its commitment");
    }
  }

  private static byte[] master(
      ComputeParty self,
      Contribution mine,
      ComputeParty peer,
      Contribution theirs,
      SessionDescription session) {
    int share = sharedShare(self, peer);
    return self.compareTo(peer) < 0
        ? KeyDerivation.master(mine.value(), theirs.value(), session, share)
        : KeyDerivation.master(theirs.value(), mine.value(), session, share);
  }

  private static byte[] incarnation(Map<ComputeParty, byte[]> values, SessionDescription session) {
    Digests all = Digests.of("incarnation").with(session.sessionId());
    for (ComputeParty party : ComputeParty.values()) {
      all.with(values.get(party));
    }
    return Arrays.copyOf(all.digest(), INCARNATION_BYTES);
  }

  /** A party that told the others different things has an incarnation of its own here. */
  private static void confirm(
      Channel channel, List<ComputeParty> peers, byte[] incarnation, SessionDescription session) {
    Digests agreed = Digests.of("confirmation").with(incarnation).with(session.programDigest());
    session.certificateHashes().forEach(agreed::with);
    long[] mine = ByteWords.of(agreed.digest());
    peers.forEach(peer -> channel.send(peer, CONFIRMATION, mine));
    receiveAll(channel, peers, CONFIRMATION)
        .forEach((peer, theirs) -> {
          if (!Arrays.equals(mine, theirs)) {
            throw new ProtocolViolation(
                peer,
                STEP.toString(),
                "programs differ: it wants to compute something else, or with others");
          }
        });
  }

  private Prf prf(ComputeParty share, byte[] master, byte[] incarnation, int phase) {
    byte[] key = KeyDerivation.phaseKey(master, incarnation, phase);
    try {
      return new Prf("key " + share.ordinal(), key, ledger);
    } finally {
      Arrays.fill(key, (byte) 0);
      Arrays.fill(master, (byte) 0);
    }
  }
}
