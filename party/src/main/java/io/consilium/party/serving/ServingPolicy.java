package io.consilium.party.serving;

import io.consilium.coordinator.identity.Principal;
import io.consilium.inference.Admission;
import io.consilium.inference.AnswerRule;
import io.consilium.inference.ModelCard;
import io.consilium.inference.NetworkCard;
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
 * records a day (UTC). The count begins anew when the node is restarted.
 */
final class ServingPolicy implements Admission {
  private final Supplier<SitePolicy.Serving> rules;
  private final Clock clock;
  private final Map<String, Integer> rowsToday = new HashMap<>();
  private LocalDate today = LocalDate.EPOCH;

  /**
   * Nobody has asked yet.
   *
   * @param rules as they are now; they hold for the next question
   */
  ServingPolicy(Supplier<SitePolicy.Serving> rules, Clock clock) {
    this.rules = rules;
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
    if (!card.isImported()) {
      return mayAnswer(card);
    }
    return isNamed(client, NetworkCard.of(card))
        ? Optional.empty()
        : Optional.of("the owner of " + card.title() + " does not let " + client + " ask it");
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
    long after = (long) rowsToday.getOrDefault(client, 0) + rows;
    if (after > rules.get().rowsPerDayPerClient()) {
      return Optional.of(
          client
              + " has used up its quota of "
              + rules.get().rowsPerDayPerClient()
              + " records a day at this hospital");
    }
    rowsToday.put(client, (int) after);
    return Optional.empty();
  }

  private boolean mayAsk(String client) {
    return Principal.parse(client).map(Principal::name).filter(rules.get()::serves).isPresent();
  }
}
