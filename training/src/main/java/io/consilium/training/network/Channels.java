package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ring.ColumnSums;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One number for each channel of a batch [n, channels, spatial...], or for each feature of vectors
 * [n, features].
 */
final class Channels {
  private Channels() {}

  /** How many a row has. */
  static int count(Shape row) {
    return row.dimensions().getFirst();
  }

  /** Values of one channel in a batch. */
  static int values(Shape batch) {
    return batch.size() / batch.dimensions().get(1);
  }

  private static int places(Shape batch) {
    return batch.columns() / batch.dimensions().get(1);
  }

  /** Numbers [channels] at every place of every row. Local. */
  static SecretTensor spread(Backend b, SecretTensor channels, Shape batch) {
    int count = channels.size();
    int places = places(batch);
    int[] channel = new int[batch.columns()];
    for (int i = 0; i < channel.length; i++) {
      channel[i] = i / places;
    }
    SecretTensor one = b.reshape(channels, Shape.matrix(1, count));
    SecretTensor row = b.sumColumns(one, ColumnSums.at(count, channel));
    return b.reshape(b.repeat(b.reshape(row, Shape.vector(row.size())), batch.rows()), batch);
  }

  /** The sums over rows and places, [channels]. Local. */
  static SecretTensor sums(Backend b, SecretTensor x) {
    return overPlaces(b, b.sumRows(x), x.shape());
  }

  /** The sums of products over rows and places, [channels]. Rounds: 1. */
  static SecretTensor sumsOfProducts(Backend b, SecretTensor x, SecretTensor y) {
    Shape matrix = Shape.matrix(x.shape().rows(), x.shape().columns());
    SecretTensor sums = b.dotRows(b.reshape(x, matrix), b.reshape(y, matrix));
    return overPlaces(b, sums, x.shape());
  }

  private static SecretTensor overPlaces(Backend b, SecretTensor row, Shape batch) {
    int places = places(batch);
    int channels = batch.columns() / places;
    ColumnSums all = ColumnSums.of(places, List.of(IntStream.range(0, places).toArray()));
    SecretTensor planes = b.reshape(row, Shape.matrix(channels, places));
    return b.reshape(b.sumColumns(planes, all), Shape.vector(channels));
  }
}
