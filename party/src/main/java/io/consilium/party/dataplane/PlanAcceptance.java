package io.consilium.party.dataplane;

import com.google.protobuf.ByteString;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Trust;
import io.consilium.party.dataplane.wire.Acceptance;
import io.consilium.party.dataplane.wire.AcceptanceStatement;
import io.consilium.party.dataplane.wire.SignedStatement;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.SessionId;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A party's signed word that it runs this plan in this attempt and session. Every party of a job
 * must hold that of every other one before it shares anything or takes a share: so nobody can show
 * one plan to those who bring records and another to those who compute.
 *
 * @param terms whose questions the party lets the model answer
 * @param signed the statement itself
 */
public record PlanAcceptance(
    String party, AttemptId attempt, ServingTerms terms, SignedStatement signed) {
  /** Bytes of a message at most. */
  static final int BYTES_MAX = 1 << 16;

  private static final String KIND = "plan-acceptance";
  private static final int DIGEST_BYTES = 32;

  /** This party's own. */
  public static PlanAcceptance sign(Identity party, AttemptId attempt, ServingTerms terms) {
    AcceptanceStatement statement =
        AcceptanceStatement.newBuilder()
            .setJob(attempt.job().value())
            .setAttempt(attempt.number())
            .setSession(ByteString.copyFrom(attempt.session().bytes()))
            .setParty(party.principal().name())
            .setManifestDigest(bytes(attempt.manifestDigest()))
            .setPlanDigest(bytes(attempt.planDigest()))
            .setTermsDigest(ByteString.copyFrom(terms.digest()))
            .build();
    return new PlanAcceptance(
        party.principal().name(), attempt, terms, Statements.sign(party, KIND, statement));
  }

  private static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }

  /**
   * Reads and verifies a peer's.
   *
   * @throws ConnectionException with the reason, for the peer
   */
  static PlanAcceptance verify(Acceptance message, String party, Trust trust)
      throws ConnectionException {
    AcceptanceStatement statement =
        Statements.verify(
            message.getAcceptance(), KIND, party, AcceptanceStatement.parser(), trust);
    ServingTerms terms = ServingTerms.verify(message.getTerms(), party, trust);
    boolean fits =
        statement.getParty().equals(party)
            && JobId.isId(statement.getJob())
            && statement.getAttempt() >= 1
            && statement.getSession().size() == SessionId.BYTES
            && statement.getManifestDigest().size() == DIGEST_BYTES
            && statement.getPlanDigest().size() == DIGEST_BYTES
            && Arrays.equals(statement.getTermsDigest().toByteArray(), terms.digest());
    if (!fits) {
      throw ConnectionException.refusal("the acceptance of a plan by " + party + " makes no sense");
    }
    AttemptId attempt =
        new AttemptId(
            new JobId(statement.getJob()),
            statement.getAttempt(),
            SessionId.of(statement.getSession().toByteArray()),
            hex(statement.getManifestDigest()),
            hex(statement.getPlanDigest()));
    return new PlanAcceptance(party, attempt, terms, message.getAcceptance());
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  Acceptance message() {
    return Acceptance.newBuilder().setAcceptance(signed).setTerms(terms.signed()).build();
  }

  /** What a peer's acceptance of the same job says otherwise than this attempt, if anything. */
  public Optional<String> difference(AttemptId mine) {
    if (!attempt.manifestDigest().equals(mine.manifestDigest())) {
      return Optional.of("was shown another manifest under the same job");
    }
    if (!attempt.planDigest().equals(mine.planDigest())) {
      return Optional.of(
          "made another plan of the same manifest; it may run another version of the program");
    }
    return attempt.equals(mine)
        ? Optional.empty()
        : Optional.of("was told another attempt or session of the same job");
  }

  /** SHA-256 of what was signed. */
  public byte[] digest() {
    return Statements.sha256(signed.getStatement().toByteArray());
  }

  /** Statement, signature and certificate in base64, with which anybody can prove who said it. */
  public String evidence() {
    Base64.Encoder base64 = Base64.getEncoder();
    return "statement %s signature %s certificate %s"
        .formatted(
            base64.encodeToString(signed.getStatement().toByteArray()),
            base64.encodeToString(signed.getSignature().toByteArray()),
            base64.encodeToString(signed.getCertificate().toByteArray()));
  }

  @Override
  public String toString() {
    return "PlanAcceptance[" + party + ", " + attempt + "]";
  }
}
