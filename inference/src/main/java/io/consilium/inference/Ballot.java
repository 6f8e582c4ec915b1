package io.consilium.inference;

import io.consilium.inference.Refusal.Code;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.ProtocolViolation;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a party says about an announced query: whether it has its part, and the digest of everything
 * that the three must have been told alike. The digest covers the client's commitments to its
 * shares, which each party has checked against the shares it got, so equal digests mean equal
 * shares. It hides them, see {@link io.consilium.protocols.rep3.TensorDescription}.
 */
record Ballot(Status status, byte[] digest) {
  static final int WORDS = 1 + Sha256.BYTES / Long.BYTES;

  /** On the wire by its index: append only. */
  enum Status {
    HERE,
    NOT_YET,
    ENDED
  }

  /** What follows from three ballots; the same at all three parties. */
  sealed interface Decision {
    record Compute() implements Decision {}

    record SetAside() implements Decision {}

    record Refuse(Refusal refusal) implements Decision {}
  }

  static Ballot of(QueryDesk.Part part) {
    return switch (part) {
      case QueryDesk.Part.Here(Query query) -> new Ballot(Status.HERE, query.digest());
      case QueryDesk.Part.NotYet() -> new Ballot(Status.NOT_YET, new byte[Sha256.BYTES]);
      case QueryDesk.Part.Ended() -> new Ballot(Status.ENDED, new byte[Sha256.BYTES]);
    };
  }

  /** The ballots of a batch, one behind the other. */
  static long[] words(List<Ballot> ballots) {
    long[] words = new long[WORDS * ballots.size()];
    for (int i = 0; i < ballots.size(); i++) {
      Ballot ballot = ballots.get(i);
      words[WORDS * i] = ballot.status.ordinal();
      ByteBuffer.wrap(ballot.digest).asLongBuffer().get(words, WORDS * i + 1, WORDS - 1);
    }
    return words;
  }

  /** One ballot of a batch. */
  static Ballot of(long[] words, int index, ComputeParty voter) {
    long status = words[WORDS * index];
    if (status < 0 || status >= Status.values().length) {
      throw new ProtocolViolation(voter, "ballot", "there is no status " + status);
    }
    ByteBuffer digest = ByteBuffer.allocate(Sha256.BYTES);
    digest.asLongBuffer().put(words, WORDS * index + 1, WORDS - 1);
    return new Ballot(Status.values()[(int) status], digest.array());
  }

  /**
   * Counts the ballots.
   *
   * @param last whether a part that is missing now is not waited for any longer
   */
  static Decision decide(Map<ComputeParty, Ballot> ballots, boolean last, ModelCard card) {
    Map<ComputeParty, Ballot> ordered = new EnumMap<>(ballots);
    for (Map.Entry<ComputeParty, Ballot> vote : ordered.entrySet()) {
      if (vote.getValue().status() == Status.ENDED) {
        return refuse(
            Code.UNAVAILABLE,
            card.nameOf(vote.getKey()) + " has refused or given up this question: ask again");
      }
    }
    for (Map.Entry<ComputeParty, Ballot> vote : ordered.entrySet()) {
      if (vote.getValue().status() == Status.NOT_YET) {
        return last
            ? refuse(
                Code.TIMEOUT,
                card.nameOf(vote.getKey()) + " did not get its part of the question in time")
            : new Decision.SetAside();
      }
    }
    byte[] first = ordered.get(ComputeParty.P0).digest();
    if (ordered.values().stream().anyMatch(ballot -> !Arrays.equals(first, ballot.digest()))) {
      return refuse(
          Code.BAD_QUESTION,
          "the parts of the question at the three hospitals do not belong together");
    }
    return new Decision.Compute();
  }

  private static Decision refuse(Code code, String sentence) {
    return new Decision.Refuse(new Refusal(code, sentence));
  }
}
