package io.consilium.party;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.JobView;
import io.consilium.party.cli.Shell;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hospital is killed while a new version of a model that is in use is made and stored. */
final class StoringChaosIT {
  private static final int KILLS = 12;
  private static final int SMALL_JOB_MILLIS = 3_000;

  @TempDir private Path directory;

  @Test
  void whateverTheMomentOneVersionIsServedAndItIsTheOneOfTheLastJobThatSucceeded()
      throws Exception {
    SplittableRandom random = new SplittableRandom(20);
    try (ChaosNodes nodes = ChaosNodes.serving(directory)) {
      int version = 1;
      for (int kill = 0; kill < KILLS; kill++) {
        String victim = ChaosNodes.ALL.get(random.nextInt(ChaosNodes.ALL.size()));
        JobId id = nodes.consortium().submit(ChaosNodes.small());
        // The moment is the chance that this probe is about; what must hold does not depend on it.
        Thread.sleep(random.nextInt(SMALL_JOB_MILLIS));
        nodes.kill(victim);
        nodes.start(victim);
        nodes.consortium().untilUp(ChaosNodes.ALL);
        JobView job = nodes.consortium().end(id);
        version += job.status() == JobStatus.SUCCEEDED ? 1 : 0;

        int latest = version;
        ChaosNodes.until(
            "version " + latest + " after kill " + kill + " of " + victim + ", " + job.status(),
            () -> served(nodes).contains("version " + latest));
      }
      nodes.succeeds();
      nodes.untilAnswered();
    }
  }

  /** What a client is told of the model that answers, with no version named. */
  private static String served(ChaosNodes nodes) throws Exception {
    Shell.Result answer = nodes.consortium().predict(ChaosNodes.MODEL, ChaosNodes.QUESTION);
    assertThat(answer.err()).doesNotContain("different cards");
    return answer.exit() == 0 ? answer.out() + answer.err() : "";
  }
}
