package io.consilium.party.serving;

import io.consilium.coordinator.identity.Principal;
import io.consilium.inference.Admission;
import io.consilium.inference.AnswerRule;
import io.consilium.inference.ModelCard;
import io.consilium.inference.NetworkCard;
import io.consilium.party.dataplane.ServingTerms;
import io.consilium.party.policy.SitePolicy;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Who may ask this party's models: the clients that its policy names, each within its quota of
 * records a day (UTC), and of these only whom every party serves that brought records or the
 * network, each within that party's quota, too. The counts begin anew when the node is restarted.
 */
final class ServingPolicy implements Admission {
  private final Supplier<SitePolicy.Serving> rules;
  private final HolderTerms holders;
  private final Clock clock;
  private final Map<Granted, Long> rowsToday = new HashMap<>();
  private LocalDate today = LocalDate.EPOCH;

  /** Whose quota it is, the empty name for this site's, and who uses it. */
  private record Granted(String party, String client) {}

  /**
   * Nobody has asked yet.
   *
   * @param rules as they are now; they hold for the next question
   * @param holders what the parties behind a model grant
   */
  ServingPolicy(Supplier<SitePolicy.Serving> rules, HolderTerms holders, Clock clock) {
    this.rules = rules;
    this.holders = holders;
    this.clock = clock;
  }

  @Override
  public Optional<String> toReadCard(String client, String model) {
    return mayAsk(client)
        ? Optional.empty()
        : Optional.of("this hospital's policy does not let " + client + " ask its models");
  }

  @Override
  public Optional<String> toKnow(String client, ModelCard card) {
    return ofThisSite(client, card).or(() -> ofHolders(client, card));
  }

  private Optional<String> ofThisSite(String client, ModelCard card) {
    if (!card.isImported()) {
      return mayAnswer(card);
    }
    return isNamed(client, NetworkCard.of(card))
        ? Optional.empty()
        : Optional.of("the owner of " + card.title() + " does not let " + client + " ask it");
  }

  /** The parties that brought what the model is made of need not be here. */
  private Optional<String> ofHolders(String client, ModelCard card) {
    List<ServingTerms> terms = holders.of(card);
    if (terms.isEmpty()) {
      return Optional.of(
          "this hospital does not know whom those serve that brought what %s is made of: train or"
                  .formatted(card.title())
              + " import it again");
    }
    for (ServingTerms holder : terms) {
      if (nameOf(client).filter(holder::serves).isEmpty()) {
        return Optional.of(
            "%s, which brought a part of what %s is made of, does not let %s ask it"
                .formatted(holder.party(), card.title(), client));
      }
      if (!card.isImported() && !holder.permits(AnswerRule.of(card).word())) {
        return Optional.of(
            "%s does not let models with its records answer with %s any more"
                .formatted(holder.party(), AnswerRule.of(card).word()));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> nameOf(String client) {
    return Principal.parse(client).map(Principal::name);
  }

  /** A policy may have become stricter since the model was trained. */
  private Optional<String> mayAnswer(ModelCard card) {
    AnswerRule answers = AnswerRule.of(card);
    return rules.get().permits(answers)
        ? Optional.empty()
        : Optional.of(
            "%s answers with %s, and this hospital's policy (serving.outputs) allows only %s"
                .formatted(
                    card.title(),
                    answers.word(),
                    String.join(", ", rules.get().outputs().orElse(List.of()))));
  }

  private static boolean isNamed(String client, NetworkCard network) {
    return Principal.parse(client).map(Principal::name).filter(network::serves).isPresent();
  }

  @Override
  public synchronized Optional<String> toAsk(String client, ModelCard card, int rows) {
    Optional<String> refusal = toReadCard(client, card.name()).or(() -> toKnow(client, card));
    if (refusal.isPresent()) {
      return refusal;
    }
    LocalDate now = LocalDate.now(clock.withZone(ZoneOffset.UTC));
    if (!now.equals(today)) {
      today = now;
      rowsToday.clear();
    }
    if (rowsAfter("", client, rows) > rules.get().rowsPerDayPerClient()) {
      return Optional.of(
          client
              + " has used up its quota of "
              + rules.get().rowsPerDayPerClient()
              + " records a day at this hospital");
    }
    List<ServingTerms> terms = holders.of(card);
    for (ServingTerms holder : terms) {
      if (rowsAfter(holder.party(), client, rows) > holder.rowsPerDay()) {
        return Optional.of(
            "%s has used up its quota of %d records a day that %s grants"
                .formatted(client, holder.rowsPerDay(), holder.party()));
      }
    }
    count("", client, rows);
    terms.forEach(holder -> count(holder.party(), client, rows));
    return Optional.empty();
  }

  private long rowsAfter(String party, String client, int rows) {
    return Math.addExact(rowsToday.getOrDefault(new Granted(party, client), 0L), rows);
  }

  private void count(String party, String client, int rows) {
    rowsToday.merge(new Granted(party, client), (long) rows, Math::addExact);
  }

  private boolean mayAsk(String client) {
    return Principal.parse(client).map(Principal::name).filter(rules.get()::serves).isPresent();
  }
}
