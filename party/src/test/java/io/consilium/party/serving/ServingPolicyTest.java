package io.consilium.party.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.inference.ModelCard;
import io.consilium.party.policy.SitePolicy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class ServingPolicyTest {
  private static final int QUOTA = 250;
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-01-02T12:00:00Z"), ZoneOffset.UTC);

  private final ModelCard card = ExampleCard.of("heart-risk");
  private final ServingPolicy policy = new ServingPolicy(() -> rules(true), NOON);

  private static SitePolicy.Serving rules(boolean allowed) {
    return new SitePolicy.Serving(
        allowed, List.of("ward-1", "ward-2"), QUOTA, Optional.empty(), Optional.empty());
  }

  @Test
  void aPolicyThatHasBecomeStricterHoldsForModelsThatWereTrainedBefore() {
    ServingPolicy briefly = new ServingPolicy(() -> outputs("class", "topK"), NOON);
    ServingPolicy openly = new ServingPolicy(() -> outputs("probabilities"), NOON);

    assertThat(briefly.toKnow("client:ward-1", card).orElseThrow())
        .isEqualTo(
            "model 'heart-risk' version 3 answers with probabilities, and this hospital's policy"
                + " (serving.outputs) allows only class, topK");
    assertThat(briefly.toAsk("client:ward-1", card, 1)).isPresent();
    assertThat(openly.toAsk("client:ward-1", card, 1)).isEmpty();
  }

  private static SitePolicy.Serving outputs(String... outputs) {
    return new SitePolicy.Serving(
        true, List.of("ward-1"), QUOTA, Optional.empty(), Optional.of(List.of(outputs)));
  }

  @Test
  void givesEachClientItsQuotaHoweverManyQuestionsComeAtATime() throws Exception {
    List<Future<Integer>> granted = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int t = 0; t < 8; t++) {
        String client = t % 2 == 0 ? "client:ward-1" : "client:ward-2";
        granted.add(threads.submit(() -> grantedOf(client, 200)));
      }
    }

    int ofFirst = 0;
    int ofSecond = 0;
    for (int t = 0; t < 8; t += 2) {
      ofFirst += granted.get(t).get();
      ofSecond += granted.get(t + 1).get();
    }
    assertThat(ofFirst).isEqualTo(QUOTA);
    assertThat(ofSecond).isEqualTo(QUOTA);
  }

  private int grantedOf(String client, int questions) {
    int granted = 0;
    for (int i = 0; i < questions; i++) {
      granted += policy.toAsk(client, card, 1).isEmpty() ? 1 : 0;
    }
    return granted;
  }

  @Test
  void aQuestionThatDoesNotFitLeavesTheQuotaAsItIs() {
    assertThat(policy.toAsk("client:ward-1", card, QUOTA - 1)).isEmpty();
    assertThat(policy.toAsk("client:ward-1", card, 2).get()).contains("quota of 250 records");
    assertThat(policy.toAsk("client:ward-1", card, 1)).isEmpty();
  }

  @Test
  void refusesWhoIsNotListedAndEverybodyIfServingIsOff() {
    assertThat(policy.toAsk("client:ward-3", card, 1)).isPresent();
    assertThat(policy.toReadCard("client:ward-3", "heart-risk")).isPresent();
    assertThat(new ServingPolicy(() -> rules(false), NOON).toAsk("client:ward-1", card, 1))
        .isPresent();
  }

  @Test
  void rulesThatChangeHoldForTheNextQuestion() {
    AtomicReference<SitePolicy.Serving> now = new AtomicReference<>(rules(true));
    ServingPolicy live = new ServingPolicy(now::get, NOON);
    assertThat(live.toAsk("client:ward-1", card, 1)).isEmpty();

    now.set(rules(false));

    assertThat(live.toAsk("client:ward-1", card, 1)).isPresent();
  }
}
