package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.functions.Comparisons;
import io.consilium.protocols.functions.LargestPlaces;
import java.util.List;

/**
 * The numbers of the likeliest classes of each row, from its scores: a sigmoid or softmax would
 * keep their order and is not computed. Scores are in the range {@link Formats#SCORE_RANGE}.
 */
final class LikeliestClasses {
  private LikeliestClasses() {}

  /**
   * Finds them.
   *
   * <p>Shape: [n, classes], or [n, 1] for two, to [n, count] integers, the likeliest first and of
   * equal ones the first. Rounds: those of {@link LargestPlaces}; for a single score those of one
   * comparison and the conversion of its bit.
   */
  static SecretTensor of(Backend b, SecretTensor scores, int count) {
    SecretTensor inRange = Comparisons.inDomain(b, scores, Formats.SCORE_RANGE);
    return scores.shape().columns() == 1
        ? ofTwo(b, inRange, count)
        : b.transpose(LargestPlaces.of(b, b.transpose(inRange), count));
  }

  /** The second class if its score is positive, and so its probability above one half. */
  private static SecretTensor ofTwo(Backend b, SecretTensor scores, int count) {
    if (count > 2) {
      throw new IllegalArgumentException("the largest " + count + " of 2 cannot be named");
    }
    SecretTensor second =
        b.reshape(
            b.toArithmetic(b.negative(b.negate(Arrangement.flat(b, scores)))),
            Shape.matrix(1, scores.size()));
    return b.transpose(
        count == 1 ? second : b.concatenate(List.of(second, Arrangement.complement(b, second, 1))));
  }
}
