package io.consilium.party.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.inference.ModelCard;
import io.consilium.party.Enrolled;
import io.consilium.party.dataplane.ServingTerms;
import io.consilium.party.dataplane.wire.SignedStatement;
import io.consilium.party.policy.SitePolicy;
import io.consilium.party.store.SealedStore;
import java.nio.file.Path;
import java.security.SecureRandom;
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
import org.junit.jupiter.api.io.TempDir;

final class ServingPolicyTest {
  private static final int QUOTA = 250;
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-01-02T12:00:00Z"), ZoneOffset.UTC);

  private static final HolderTerms EVERYBODY =
      _ -> List.of(terms("hospital-d", true, List.of("*"), Integer.MAX_VALUE));

  private static ServingTerms terms(String party, boolean allowed, List<String> clients, long day) {
    return new ServingTerms(
        party,
        Instant.EPOCH,
        allowed,
        clients,
        day,
        Optional.empty(),
        SignedStatement.getDefaultInstance());
  }

  private final ModelCard card = ExampleCard.of("heart-risk");
  private final ServingPolicy policy = new ServingPolicy(() -> rules(true), EVERYBODY, NOON);

  private static SitePolicy.Serving rules(boolean allowed) {
    return new SitePolicy.Serving(
        allowed, List.of("ward-1", "ward-2"), QUOTA, Optional.empty(), Optional.empty());
  }

  @Test
  void aPolicyThatHasBecomeStricterHoldsForModelsThatWereTrainedBefore() {
    ServingPolicy briefly = new ServingPolicy(() -> outputs("class", "topK"), EVERYBODY, NOON);
    ServingPolicy openly = new ServingPolicy(() -> outputs("probabilities"), EVERYBODY, NOON);

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
    assertThat(
            new ServingPolicy(() -> rules(false), EVERYBODY, NOON).toAsk("client:ward-1", card, 1))
        .isPresent();
  }

  // ---- the parties behind a model --------------------------------------------------------------

  private static ServingPolicy of(ServingTerms... terms) {
    return new ServingPolicy(() -> rules(true), _ -> List.of(terms), NOON);
  }

  @Test
  void servesOnlyWhomEveryHolderServes() {
    ServingPolicy policy =
        of(
            terms("hospital-d", true, List.of("ward-1"), 9),
            terms("hospital-e", true, List.of("*"), 9));

    assertThat(policy.toKnow("client:ward-1", card)).isEmpty();
    assertThat(policy.toAsk("client:ward-1", card, 1)).isEmpty();
    assertThat(policy.toKnow("client:ward-2", card).orElseThrow())
        .contains("hospital-d", "does not let client:ward-2 ask it");
    assertThat(policy.toAsk("client:ward-2", card, 1)).isPresent();
    assertThat(of(terms("hospital-d", false, List.of("*"), 9)).toAsk("client:ward-1", card, 1))
        .isPresent();
  }

  @Test
  void rulesThatChangeHoldForTheNextQuestion() {
    AtomicReference<SitePolicy.Serving> now = new AtomicReference<>(rules(true));
    ServingPolicy live = new ServingPolicy(now::get, EVERYBODY, NOON);
    assertThat(live.toAsk("client:ward-1", card, 1)).isEmpty();

    now.set(rules(false));

    assertThat(live.toAsk("client:ward-1", card, 1)).isPresent();
  }

  @Test
  void keepsToTheQuotaOfEveryHolder() {
    ServingPolicy policy =
        of(
            terms("hospital-d", true, List.of("*"), 5),
            terms("hospital-e", true, List.of("*"), 1_000));

    assertThat(policy.toAsk("client:ward-1", card, 4)).isEmpty();
    assertThat(policy.toAsk("client:ward-1", card, 2).orElseThrow())
        .isEqualTo("client:ward-1 has used up its quota of 5 records a day that hospital-d grants");
    assertThat(policy.toAsk("client:ward-1", card, 1)).isEmpty();
    assertThat(policy.toAsk("client:ward-2", card, 5)).isEmpty();
  }

  @Test
  void servesNobodyIfTheHoldersTermsAreNotKnown() {
    assertThat(of().toAsk("client:ward-1", card, 1).orElseThrow()).contains("does not know whom");
    assertThat(of().toKnow("client:ward-1", card)).isPresent();
  }

  @Test
  void aWithdrawalHoldsAcrossARestartAndAnOlderWordDoesNotReplaceIt(@TempDir Path directory)
      throws Exception {
    Principal principal = Principal.party("hospital-d");
    Identity holder = new Enrolled(directory).identity(principal);
    SealedStore store = SealedStore.open(directory, principal, new SecureRandom());
    ServingTerms first = ServingTerms.sign(holder, rules(true), NOON.instant());
    ServingTerms withdrawn = ServingTerms.sign(holder, rules(false), NOON.instant().plusMillis(1));
    TermsBook book = new TermsBook(store);

    assertThat(book.of(card)).isEmpty();
    book.keep(card, List.of(first));
    assertThat(book.of(card).getFirst().serves("ward-1")).isTrue();
    book.put(withdrawn);
    book.put(first);

    assertThat(book.of(card).getFirst().serves("ward-1")).isFalse();
    assertThat(new TermsBook(store).of(card).getFirst().serves("ward-1")).isFalse();
    assertThat(ServingTerms.verify(withdrawn.signed(), "hospital-d", holder.trust()).issuedAt())
        .isEqualTo(withdrawn.issuedAt());
    assertThatThrownBy(() -> ServingTerms.verify(withdrawn.signed(), "hospital-e", holder.trust()))
        .hasMessageContaining("is signed by party:hospital-d");
  }
}
