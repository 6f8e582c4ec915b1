package io.consilium.party.job;

import io.consilium.coordinator.contract.FailureKind;
import io.consilium.inference.ModelAsset;
import io.consilium.inference.ModelCard;
import io.consilium.party.serving.ModelStore;
import io.consilium.protocols.rep3.InsecureShareAccess;
import io.consilium.protocols.rep3.Rep3Backend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/**
 * Stores a new version of a model at the three compute parties so that it never counts at some of
 * them only. Each puts its shares on its disk; then they tell each other which card they stored; a
 * party that heard the same from both others notes so and reports success. What counts in the end
 * is decided by the end of the job, see {@link ModelStore#settle}.
 */
final class JointStoring {
  private final Rep3Backend backend;
  private final ModelStore models;

  JointStoring(Rep3Backend backend, ModelStore models) {
    this.backend = backend;
    this.models = models;
  }

  /**
   * What is new on the card of the next model of a name.
   *
   * @param start of the attempt, by this party's clock
   */
  CardNumbers numbers(String name, Instant start) throws IOException {
    return CardNumbers.agree(backend, models.nextVersion(name), start);
  }

  /** Puts this party's shares on the disk. */
  void prepare(ModelAsset asset, boolean served) throws IOException {
    models.prepare(asset, served, InsecureShareAccess.get());
  }

  /**
   * Waits until all three have prepared the same card. Rounds: 4. Bytes: 192.
   *
   * @throws AttemptFailed if they have not the same one
   */
  void confirm(ModelCard card, String phase) throws AttemptFailed, IOException {
    ByteBuffer digest = ByteBuffer.wrap(card.digest());
    boolean same = true;
    while (digest.hasRemaining()) {
      long mine = digest.getLong();
      for (long each : backend.exchangePublic(mine)) {
        same &= each == mine;
      }
    }
    if (!same) {
      throw new AttemptFailed(
          FailureKind.INTERNAL,
          phase,
          "The compute parties stored different cards of the model.",
          Optional.empty(),
          null);
    }
    models.confirm(card);
  }
}
