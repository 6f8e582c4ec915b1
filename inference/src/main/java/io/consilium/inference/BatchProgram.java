package io.consilium.inference;

import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.rep3.Rep3Backend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Computes the queries of a batch in one evaluation of the model, and cuts the result into the
 * answers. All three parties call it with the same queries in the same order.
 *
 * <p>Rounds: those of the model for one batch. Security: each answer has a zero sharing of its own,
 * and its own right to be given away.
 */
final class BatchProgram {
  private final Rep3Backend backend;
  private final ModelCard card;
  private final SecretModel model;
  private final QueryDesk desk;
  private final Clerk clerk;

  BatchProgram(
      Rep3Backend backend, ModelCard card, SecretModel model, QueryDesk desk, Clerk clerk) {
    this.backend = backend;
    this.card = card;
    this.model = model;
    this.desk = desk;
    this.clerk = clerk;
  }

  void run(List<Query> queries) {
    List<Clerk.Computed> computed = new ArrayList<>();
    List<SecretTensor> _ =
        backend.scoped(() -> {
          SecretTensor prediction = predict(queries);
          int from = 0;
          for (Query query : queries) {
            SecretTensor own = backend.rowRange(prediction, from, from + query.rows());
            from += query.rows();
            computed.add(new Clerk.Computed(query, card, backend.share(own, query.disclosure())));
          }
          return List.of();
        });
    queries.forEach(desk::computed);
    clerk.answered(computed);
  }

  private SecretTensor predict(List<Query> queries) {
    SecretTensor all =
        backend.concatenate(
            queries.stream().map(query -> backend.importInput(query.input())).toList());
    int rows = queries.stream().mapToInt(Query::rows).sum();
    SecretTensor prediction = card.hasMask() ? masked(queries, all, rows) : complete(all, rows);
    Shape expected = Shape.matrix(rows, card.output().columns());
    if (!prediction.shape().equals(expected)
        || !prediction.format().equals(card.output().format())) {
      throw new IllegalStateException(
          card.title() + " gives " + prediction + ", which is not what its card says");
    }
    return prediction;
  }

  private SecretTensor masked(List<Query> queries, SecretTensor all, int rows) {
    // Of each query the features stand above the mask.
    int[] ofFeatures = new int[rows];
    int[] ofMask = new int[rows];
    int at = 0;
    int from = 0;
    for (Query query : queries) {
      for (int i = 0; i < query.rows(); i++) {
        ofFeatures[at] = from + i;
        ofMask[at++] = from + query.rows() + i;
      }
      from += 2 * query.rows();
    }
    return model.predict(
        backend, features(backend.rows(all, ofFeatures)), backend.rows(all, ofMask));
  }

  /** Nothing is missing, and everybody knows that. */
  private SecretTensor complete(SecretTensor all, int rows) {
    Shape shape = card.features().shape(rows);
    long[] ones = new long[shape.size()];
    Arrays.fill(ones, 1);
    return model.predict(backend, features(all), backend.constant(shape, FixedPoint.INTEGER, ones));
  }

  private SecretTensor features(SecretTensor codes) {
    return backend.reinterpret(codes, card.features().format());
  }
}
