package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The tensors as they were appended; rows of several of them are gathered. */
final class RowsInMemory implements RowStore {
  private record Chunk(int from, int to, List<SecretTensor> tensors) {}

  private final List<Chunk> chunks = new ArrayList<>();

  @Override
  public int rows() {
    return chunks.isEmpty() ? 0 : chunks.getLast().to();
  }

  @Override
  public void append(Backend b, List<SecretTensor> tensors) {
    int from = rows();
    chunks.add(new Chunk(from, from + tensors.getFirst().shape().rows(), List.copyOf(tensors)));
  }

  @Override
  public List<SecretTensor> select(Backend b, int[] indices) {
    if (chunks.size() == 1) {
      return rowsOf(b, chunks.getFirst(), indices);
    }
    int[] places = IntStream.range(0, indices.length).toArray();
    List<List<SecretTensor>> found = new ArrayList<>();
    int[] order = new int[indices.length];
    int count = 0;
    for (Chunk chunk : chunks) {
      int[] here = Arrays.stream(places).filter(i -> isIn(chunk, indices[i])).toArray();
      if (here.length > 0) {
        found.add(rowsOf(b, chunk, Arrays.stream(here).map(i -> indices[i]).toArray()));
      }
      for (int place : here) {
        order[place] = count++;
      }
    }
    if (count != indices.length) {
      throw new IllegalArgumentException("a row is not among the " + rows());
    }
    return IntStream.range(0, chunks.getFirst().tensors().size())
        .mapToObj(k -> inOrder(b, found.stream().map(tensors -> tensors.get(k)).toList(), order))
        .toList();
  }

  private static boolean isIn(Chunk chunk, int row) {
    return chunk.from() <= row && row < chunk.to();
  }

  private static List<SecretTensor> rowsOf(Backend b, Chunk chunk, int[] indices) {
    int[] inside = Arrays.stream(indices).map(i -> i - chunk.from()).toArray();
    return isInOrder(inside) && inside.length == chunk.to() - chunk.from()
        ? chunk.tensors()
        : chunk.tensors().stream().map(tensor -> b.rows(tensor, inside)).toList();
  }

  private static SecretTensor inOrder(Backend b, List<SecretTensor> found, int[] order) {
    SecretTensor joined = found.size() == 1 ? found.getFirst() : b.concatenate(found);
    return isInOrder(order) ? joined : b.rows(joined, order);
  }

  private static boolean isInOrder(int[] indices) {
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] != i) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    chunks.clear();
  }

  @Override
  public String toString() {
    return "RowsInMemory[" + rows() + " rows]";
  }
}
