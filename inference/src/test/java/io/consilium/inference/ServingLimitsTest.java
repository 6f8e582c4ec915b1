package io.consilium.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ServingLimitsTest {
  private static final ServingLimits LIMITS = ServingLimits.DEFAULT;

  /** As a network that paints a picture of a few numbers. */
  private static ModelCard painter(int outputs) {
    ModelCard card = TestModel.card(1);
    return new ModelCard(
        card.name(),
        card.version(),
        card.kind(),
        card.jobId(),
        card.planDigest(),
        card.computeParties(),
        card.model(),
        card.schema(),
        card.layout(),
        new ModelCard.Features(2, 16, 1),
        new ModelCard.Output("value", List.of(), outputs, 16),
        card.created());
  }

  @Test
  void largeAnswersBoundWhatIsAskedAtOnce() {
    ModelCard card = painter(1 << 16);

    assertThat(LIMITS.rowsMax(card)).isEqualTo(LIMITS.queryElementsMax() >> 16);
    assertThat(LIMITS.batchRowsMax(card)).isEqualTo(LIMITS.batches().elementsMax() >> 16);
    assertThat(ClientLimits.DEFAULT.rowsPerQuery(card)).isEqualTo(1);
    BatchSize batch = new BatchSize(card, LIMITS.batches());
    for (int i = 0; i < LIMITS.batchRowsMax(card); i++) {
      assertThat(batch.takes(1)).isTrue();
    }
    assertThat(batch.takes(1)).isFalse();
  }

  @Test
  void theLargestAnswerCanBeAskedFor() {
    ModelCard card = painter(ModelCard.COLUMNS_MAX);

    assertThat(LIMITS.rowsMax(card)).isEqualTo(1);
    assertThat(new BatchSize(card, LIMITS.batches()).takes(1)).isTrue();
  }
}
