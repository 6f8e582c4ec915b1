package io.consilium.party.demo;

import java.util.List;

/**
 * How good a model is on the pooled test records, and what it took.
 *
 * @param who whose model
 * @param rows records that its training had, test records included
 * @param seconds how long the training took
 */
record Score(String who, int rows, double accuracy, double auc, double seconds) {

  /** The means over several repetitions of the same training. */
  static Score mean(List<Score> scores) {
    return new Score(
        scores.getFirst().who(),
        scores.getFirst().rows(),
        scores.stream().mapToDouble(Score::accuracy).average().orElseThrow(),
        scores.stream().mapToDouble(Score::auc).average().orElseThrow(),
        scores.stream().mapToDouble(Score::seconds).average().orElseThrow());
  }
}
