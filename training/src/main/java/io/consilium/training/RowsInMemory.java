package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
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
    SortedMap<Integer, List<Integer>> placesInChunks = new TreeMap<>();
    for (int place = 0; place < indices.length; place++) {
      int chunk = chunkOf(indices[place]);
      placesInChunks.computeIfAbsent(chunk, _ -> new ArrayList<>()).add(place);
    }
    List<List<SecretTensor>> found = new ArrayList<>();
    int[] order = new int[indices.length];
    int count = 0;
    for (Map.Entry<Integer, List<Integer>> entry : placesInChunks.entrySet()) {
      int[] here = entry.getValue().stream().mapToInt(place -> indices[place]).toArray();
      found.add(rowsOf(b, chunks.get(entry.getKey()), here));
      for (int place : entry.getValue()) {
        order[place] = count++;
      }
    }
    return IntStream.range(0, chunks.getFirst().tensors().size())
        .mapToObj(k -> inOrder(b, found.stream().map(tensors -> tensors.get(k)).toList(), order))
        .toList();
  }

  /** By halves: a plan of a million rows has a thousand chunks. */
  private int chunkOf(int row) {
    if (row < 0 || row >= rows()) {
      throw new IllegalArgumentException("row " + row + " is not among the " + rows());
    }
    int low = 0;
    int high = chunks.size() - 1;
    while (low < high) {
      int middle = (low + high) / 2;
      if (row < chunks.get(middle).to()) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
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
