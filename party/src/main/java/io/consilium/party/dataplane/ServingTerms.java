package io.consilium.party.dataplane;

import com.google.protobuf.InvalidProtocolBufferException;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Trust;
import io.consilium.party.dataplane.wire.SignedStatement;
import io.consilium.party.dataplane.wire.TermsStatement;
import io.consilium.party.policy.SitePolicy;
import io.consilium.protocols.transport.ConnectionException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whose questions a party lets models answer that were trained with its records or brought by it,
 * in its own words and under its signature. The compute parties keep to it, whether or not the
 * party is there when a question comes. A later statement replaces an earlier one.
 *
 * @param party who says it
 * @param allowed whether anybody may ask
 * @param clients who may, by name, or the star
 * @param rowsPerDay how many records each client may ask about in a day, of all these models
 * @param outputs what answers may tell; anything, if empty
 * @param signed the statement itself
 */
public record ServingTerms(
    String party,
    Instant issuedAt,
    boolean allowed,
    List<String> clients,
    long rowsPerDay,
    Optional<List<String>> outputs,
    SignedStatement signed) {
  /** Names of clients or words for outputs in a statement. */
  public static final int NAMES_MAX = SitePolicy.NAMES_MAX;

  private static final String KIND = "serving-terms";

  public ServingTerms {
    clients = List.copyOf(clients);
    outputs = outputs.map(List::copyOf);
  }

  /** What the site's policy says, signed. */
  public static ServingTerms sign(Identity party, SitePolicy.Serving policy, Instant at) {
    TermsStatement.Builder statement =
        TermsStatement.newBuilder()
            .setParty(party.principal().name())
            .setIssuedAt(at.toEpochMilli())
            .setAllowed(policy.allowed())
            .addAllClients(policy.clients())
            .setRowsPerDay(policy.rowsPerDayPerClient())
            .setAnyOutput(policy.outputs().isEmpty())
            .addAllOutputs(policy.outputs().orElse(List.of()));
    return of(statement.build(), Statements.sign(party, KIND, statement.build()));
  }

  /**
   * Reads and verifies a statement.
   *
   * @param party who must have signed it
   * @throws ConnectionException with the reason, for whoever brought it
   */
  public static ServingTerms verify(SignedStatement signed, String party, Trust trust)
      throws ConnectionException {
    TermsStatement statement =
        Statements.verify(signed, KIND, party, TermsStatement.parser(), trust);
    boolean fits =
        statement.getParty().equals(party)
            && statement.getClientsCount() <= NAMES_MAX
            && statement.getOutputsCount() <= NAMES_MAX
            && statement.getIssuedAt() >= 0
            && statement.getRowsPerDay() >= 0
            && statement.getClientsList().stream().allMatch(ServingTerms::isName);
    if (!fits) {
      throw ConnectionException.refusal("the serving terms of " + party + " make no sense");
    }
    return of(statement, signed);
  }

  /** Reads a statement that this party verified before it was stored. */
  public static ServingTerms stored(byte[] bytes) throws InvalidProtocolBufferException {
    return stored(SignedStatement.parseFrom(bytes));
  }

  /** Reads a statement that this party verified before it was stored. */
  public static ServingTerms stored(SignedStatement signed) throws InvalidProtocolBufferException {
    return of(TermsStatement.parseFrom(signed.getStatement()), signed);
  }

  private static boolean isName(String client) {
    return client.equals(SitePolicy.ANY) || Principal.isName(client);
  }

  private static ServingTerms of(TermsStatement statement, SignedStatement signed) {
    return new ServingTerms(
        statement.getParty(),
        Instant.ofEpochMilli(statement.getIssuedAt()),
        statement.getAllowed(),
        statement.getClientsList(),
        statement.getRowsPerDay(),
        statement.getAnyOutput() ? Optional.empty() : Optional.of(statement.getOutputsList()),
        signed);
  }

  /** SHA-256 of what was signed. */
  byte[] digest() {
    return Statements.sha256(signed.getStatement().toByteArray());
  }

  /** Whether a client may ask at all. */
  public boolean serves(String client) {
    return allowed && (clients.contains(SitePolicy.ANY) || clients.contains(client));
  }

  /** Whether answers may tell this. */
  public boolean permits(String output) {
    return outputs.map(words -> words.contains(output)).orElse(true);
  }

  /** Whether this was said after another statement of the same party. */
  public boolean isLaterThan(ServingTerms other) {
    return issuedAt.isAfter(other.issuedAt);
  }

  /** Whether it says the same as a policy. */
  public boolean says(SitePolicy.Serving policy) {
    return allowed == policy.allowed()
        && clients.equals(policy.clients())
        && rowsPerDay == policy.rowsPerDayPerClient()
        && outputs.equals(policy.outputs());
  }

  @Override
  public String toString() {
    return "ServingTerms[" + party + " " + issuedAt + "]";
  }
}
