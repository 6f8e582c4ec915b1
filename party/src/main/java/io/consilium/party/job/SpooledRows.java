package io.consilium.party.job;

import io.consilium.party.store.Scratch;
import io.consilium.party.store.ScratchFile;
import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.TensorType;
import io.consilium.protocols.rep3.InsecureShareAccess;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.rep3.SharePair;
import io.consilium.training.RowStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows encrypted on disk. A row lies in one piece, this party's share of each of its parts and the
 * next one behind it; a few rows make a chunk, so a batch reads and decrypts little more than its
 * own rows.
 */
final class SpooledRows implements RowStore {
  /** Small rows are put together to about a page; a larger one is a chunk of its own. */
  private static final int CHUNK_WORDS_MIN = 1 << 9;

  private final String name;
  private final Scratch scratch;
  private final List<TensorType> types = new ArrayList<>();
  private ScratchFile file;
  private int rowWords;
  private int rows;
  private boolean complete;

  SpooledRows(String name, Scratch scratch) {
    this.name = name;
    this.scratch = scratch;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public void append(Backend b, List<SecretTensor> tensors) {
    try {
      if (rows == 0) {
        begin(tensors);
      }
      noteRanges(tensors);
      List<SharePair> shares =
          tensors.stream()
              .map(tensor -> ((Rep3Backend) b).exportShares(tensor, InsecureShareAccess.get()))
              .toList();
      int count = tensors.getFirst().shape().rows();
      for (int row = 0; row < count; row++) {
        for (int k = 0; k < shares.size(); k++) {
          int columns = types.get(k).shape().columns();
          file.append(shares.get(k).own(), row * columns, columns);
          file.append(shares.get(k).next(), row * columns, columns);
        }
      }
      rows += count;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void begin(List<SecretTensor> tensors) throws IOException {
    tensors.forEach(tensor -> types.add(tensor.type()));
    rowWords = types.stream().mapToInt(type -> 2 * type.shape().columns()).sum();
    int rowsOfChunk = Math.max(1, CHUNK_WORDS_MIN / rowWords);
    file = scratch.create(rowsOfChunk * rowWords);
  }

  /** Whatever row is read keeps to the widest promise of all that were appended. */
  private void noteRanges(List<SecretTensor> tensors) {
    for (int k = 0; k < types.size(); k++) {
      TensorType type = types.get(k);
      TensorType appended = tensors.get(k).type();
      if (appended.shape().columns() != type.shape().columns()
          || !appended.format().equals(type.format())) {
        throw new IllegalArgumentException(appended + " does not fit behind " + type);
      }
      if (type.range().isWithin(appended.range())) {
        types.set(k, type.within(appended.range()));
      }
    }
  }

  @Override
  public List<SecretTensor> select(Backend b, int[] indices) {
    List<SharePair> shares = new ArrayList<>();
    List<SecretTensor> selected = new ArrayList<>();
    for (TensorType type : types) {
      TensorType wanted =
          new TensorType(type.shape().withRows(indices.length), type.format(), type.range());
      selected.add(((Rep3Backend) b).importShares(wanted, shares::add));
    }
    read(indices, shares);
    return selected;
  }

  /** In the order of the disk, so no chunk is decrypted twice. */
  private void read(int[] indices, List<SharePair> into) {
    try {
      if (!complete) {
        file.complete();
        complete = true;
      }
      List<Integer> places =
          IntStream.range(0, indices.length)
              .boxed()
              .sorted(Comparator.comparingInt(place -> indices[place]))
              .toList();
      for (int place : places) {
        long word = (long) indices[place] * rowWords;
        for (int k = 0; k < into.size(); k++) {
          int columns = types.get(k).shape().columns();
          file.read(word, into.get(k).own(), place * columns, columns);
          file.read(word + columns, into.get(k).next(), place * columns, columns);
          word += 2L * columns;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "SpooledRows[" + name + ", " + rows + " rows]";
  }
}
