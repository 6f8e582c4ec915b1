package io.consilium.party.dataplane;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.coordinator.identity.Trust;
import io.consilium.coordinator.identity.UntrustedException;
import io.consilium.party.dataplane.wire.InputStatement;
import io.consilium.party.dataplane.wire.SignedInput;
import io.consilium.protocols.rep3.HolderShares;
import io.consilium.protocols.rep3.InputRefused;
import io.consilium.protocols.rep3.TensorDescription;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.SessionId;
import java.util.HexFormat;
import java.util.List;

/** A data holder's signed statement about one block of what it shares in one attempt. */
final class SharedInput {
  /** Bytes of a signed statement; a tensor's description is a few hundred. */
  static final int BYTES_MAX = 1 << 16;

  /** Tensors of one block. */
  static final int TENSORS_MAX = 16;

  private static final String KIND = "input";

  private SharedInput() {}

  /** What a statement says. */
  record Stated(InputRows rows, List<TensorDescription> tensors) {}

  static SignedInput sign(
      Identity holder, AttemptId attempt, InputRows rows, int block, List<HolderShares> tensors) {
    InputStatement.Builder statement =
        InputStatement.newBuilder()
            .setJob(attempt.job().value())
            .setAttempt(attempt.number())
            .setSession(ByteString.copyFrom(attempt.session().bytes()))
            .setHolder(holder.principal().name())
            .setTrainingRows(rows.training())
            .setValidationRows(rows.validation())
            .setBlock(block)
            .setPlanDigest(ByteString.copyFrom(HexFormat.of().parseHex(attempt.planDigest())));
    for (HolderShares tensor : tensors) {
      statement.addTensors(ByteString.copyFrom(tensor.description().canonicalBytes()));
    }
    SignedDocument signed = holder.sign(KIND, statement.build().toByteArray());
    return SignedInput.newBuilder()
        .setStatement(ByteString.copyFrom(signed.document()))
        .setCertificate(ByteString.copyFrom(signed.certificate()))
        .setSignature(ByteString.copyFrom(signed.signature()))
        .build();
  }

  /**
   * What a statement by this holder says of this block of this attempt.
   *
   * @throws ConnectionException with the reason, for the holder
   */
  static Stated verify(SignedInput input, String holder, AttemptId attempt, int block, Trust trust)
      throws ConnectionException {
    try {
      SignedDocument signed =
          new SignedDocument(
              KIND,
              input.getStatement().toByteArray(),
              input.getCertificate().toByteArray(),
              input.getSignature().toByteArray());
      Principal author = trust.verify(signed, KIND);
      InputStatement statement = InputStatement.parseFrom(signed.document());
      requireFits(statement, author, holder, attempt, block);
      return new Stated(
          new InputRows(statement.getTrainingRows(), statement.getValidationRows()),
          statement.getTensorsList().stream()
              .map(bytes -> TensorDescription.parse(bytes.toByteArray()))
              .toList());
    } catch (UntrustedException | IllegalArgumentException | InputRefused e) {
      throw ConnectionException.refusal("the input statement is refused: " + e.getMessage());
    } catch (InvalidProtocolBufferException e) {
      throw ConnectionException.refusal("the input statement cannot be read");
    }
  }

  private static void requireFits(
      InputStatement statement, Principal author, String holder, AttemptId attempt, int block)
      throws ConnectionException {
    boolean byHolder =
        author.equals(new Principal(Role.PARTY, holder)) && statement.getHolder().equals(holder);
    boolean forBlock =
        statement.getJob().equals(attempt.job().value())
            && statement.getAttempt() == attempt.number()
            && SessionId.of(statement.getSession().toByteArray()).equals(attempt.session())
            && statement.getBlock() == block
            && HexFormat.of()
                .formatHex(statement.getPlanDigest().toByteArray())
                .equals(attempt.planDigest());
    if (!byHolder || !forBlock || statement.getTensorsCount() > TENSORS_MAX) {
      throw ConnectionException.refusal(
          "the input statement is not by "
              + holder
              + " for block "
              + block
              + " of "
              + attempt
              + " under its plan");
    }
  }
}
