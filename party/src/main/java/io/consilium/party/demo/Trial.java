package io.consilium.party.demo;

import java.util.List;

/**
 * One seed: the secure training and its counterparts in the clear.
 *
 * @param pooled the same training on pooled records
 * @param own each hospital's own model
 */
record Trial(
    SecureRun run, Verification verification, Verification.Trained pooled, List<Score> own) {

  Trial {
    own = List.copyOf(own);
  }

  Score secure() {
    return new Score("secure", pooled.score().rows(), run.accuracy(), run.auc(), run.seconds());
  }

  double weightDifference() {
    return run.difference(pooled.model().weights());
  }
}
