package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows that a training reads again and again. A row has a part in each of some tensors, such as its
 * features and its label; the parts stay together. First all rows are appended, then rows are
 * selected. What is selected are the very shares that were appended, so equal programs stay equal
 * whatever stores the parties use.
 *
 * <p>Leaks to whoever sees the storage: the order in which rows are selected, which is public.
 */
public interface RowStore extends AutoCloseable {
  /** Rows so far. */
  int rows();

  /**
   * Appends rows.
   *
   * @param tensors one for each part of a row, in the same order, formats and inner shapes every
   *     time; the tensors may be kept
   */
  void append(Backend b, List<SecretTensor> tensors);

  /**
   * Rows in any order, an index may repeat; local.
   *
   * @param indices public, from 0 on in the order of appending
   * @return one tensor for each part of a row
   */
  List<SecretTensor> select(Backend b, int[] indices);

  /** Rows [from, to). */
  default List<SecretTensor> range(Backend b, int from, int to) {
    return select(b, IntStream.range(from, to).toArray());
  }

  /** Nobody selects any more. */
  @Override
  void close();
}
