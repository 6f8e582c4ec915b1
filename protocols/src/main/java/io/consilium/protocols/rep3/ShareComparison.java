package io.consilium.protocols.rep3;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.ProtocolViolation;
import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.Step;
import java.util.Arrays;
import java.util.List;

/**
 * Compares restored shares before anything is computed on them (rule R3): for each j the two
 * holders of share j compare SHA-256("ckpt" || id || j || the bytes of share j). Computing with x_0
 * of one version and x_1 of another would open a linear combination of secrets.
 *
 * <p>Shape: any number of tensors. Rounds: 1. Bytes: 6 x 32. Security: a digest goes only to the
 * other holder of what it is made of. Leaks: whether both hold the same.
 */
final class ShareComparison {
  private static final int DIGEST_WORDS = Digests.BYTES / Long.BYTES;

  private final Rep3Session session;

  ShareComparison(Rep3Session session) {
    this.session = session;
  }

  void of(byte[] id, List<ReplicatedTensor> tensors) {
    Step step = session.step(Opcode.COMPARE_SHARES);
    ComputeParty self = session.self();
    long[] own = digest(id, self, tensors);
    long[] next = digest(id, self.next(), tensors);
    session.sendWords(self.previous(), step, 0, own);
    session.sendWords(self.next(), step, 0, next);
    check(self.previous(), step, own);
    check(self.next(), step, next);
  }

  private long[] digest(byte[] id, ComputeParty share, List<ReplicatedTensor> tensors) {
    Digests digest = Digests.of("ckpt").with(id).with(share.ordinal());
    for (ReplicatedTensor tensor : tensors) {
      digest.with(tensor.shape().toString()).with(tensor.format().fractionBits());
      digest.with(share == session.self() ? tensor.own : tensor.next);
    }
    return ByteWords.of(digest.digest());
  }

  private void check(ComputeParty peer, Step step, long[] mine) {
    long[] theirs = session.receiveWords(peer, step, 0, DIGEST_WORDS);
    if (!Arrays.equals(mine, theirs)) {
      throw new ProtocolViolation(
          peer,
          step.toString(),
          "its stored shares are not of the same version as those of this party");
    }
  }
}
