package io.consilium.party.demo;

import java.util.List;

/**
 * Everything that the demo found out.
 *
 * @param seeds one training each; scores are means over them
 * @param hospitals each hospital's own model; empty if they were left out
 * @param secure the jointly trained one
 * @param plaintext the same training in the clear on pooled records
 * @param maxWeightDifference secure and plaintext, in standardised units, over all seeds
 * @param maxPredictionDifference secure and plaintext, over all answers
 * @param questions how many answers there were
 * @param bytesPerParty sent in one training by the compute party that sent most
 * @param steps of gradient descent in one training
 * @param rounds of the compute party that waited for most messages in one training
 * @param seconds the whole demo
 */
record Outcome(
    String study,
    List<Long> seeds,
    List<Score> hospitals,
    Score secure,
    Score plaintext,
    double maxWeightDifference,
    double maxPredictionDifference,
    int questions,
    long bytesPerParty,
    long steps,
    long rounds,
    int roundsPerStep,
    double seconds) {

  Outcome {
    seeds = List.copyOf(seeds);
    hospitals = List.copyOf(hospitals);
  }
}
