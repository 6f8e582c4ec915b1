package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The scores of a model for stored rows, with their labels. Rows are read block by block; scores
 * and labels are small and stay.
 *
 * @param scores [n, outputs] with 16 fraction bits
 * @param labels as in {@link SecurePart}
 */
record Evaluation(SecretTensor scores, SecretTensor labels) {
  /**
   * Scores all rows.
   *
   * @param centred rows and labels
   * @param scoredRows rows that are scored at a time
   */
  static Evaluation of(Backend b, SharedModel model, RowStore centred, int scoredRows) {
    List<SecretTensor> scores = new ArrayList<>();
    List<SecretTensor> labels = new ArrayList<>();
    int rows = centred.rows();
    for (int from = 0; from < rows; from += scoredRows) {
      int first = from;
      int end = Math.min(rows, from + scoredRows);
      List<SecretTensor> block =
          b.scoped(() -> {
            List<SecretTensor> read = centred.range(b, first, end);
            return List.of(model.scores(b, read.getFirst()), read.getLast());
          });
      scores.add(block.getFirst());
      labels.add(block.getLast());
    }
    return new Evaluation(joined(b, scores), joined(b, labels));
  }

  private static SecretTensor joined(Backend b, List<SecretTensor> parts) {
    return parts.size() == 1 ? parts.getFirst() : b.concatenate(parts);
  }
}
