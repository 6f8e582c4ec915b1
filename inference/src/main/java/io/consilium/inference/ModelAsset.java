package io.consilium.inference;

import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.rep3.ShareAccess;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A model as one compute party has it: the public card and this party's shares of every tensor, in
 * the same order at all three.
 *
 * @param known words that the compute parties may know, equal at all three: weights that their
 *     owner has opened to them
 */
public record ModelAsset(ModelCard card, List<StoredTensor> tensors, List<long[]> known) {
  static final int TENSORS_MAX = 1 << 12;

  private static final int CHUNK_WORDS = 1 << 12;

  public ModelAsset {
    tensors = List.copyOf(tensors);
    known = List.copyOf(known);
    if (tensors.size() + known.size() > TENSORS_MAX) {
      throw new IllegalArgumentException("a model has at most " + TENSORS_MAX + " tensors");
    }
    if (tensors.stream().map(StoredTensor::name).distinct().count() != tensors.size()) {
      throw new IllegalArgumentException("two tensors of " + card.title() + " have the same name");
    }
  }

  /** A model of which nothing is known. */
  public ModelAsset(ModelCard card, List<StoredTensor> tensors) {
    this(card, tensors, List.of());
  }

  /**
   * Takes this party's shares of a trained model out of the session that trained it, in the order
   * of their names, which is the same at all parties.
   */
  public static ModelAsset export(
      ModelCard card, Map<String, SecretTensor> tensors, Rep3Backend backend, ShareAccess access) {
    List<StoredTensor> stored = new ArrayList<>();
    // A map's own order may differ from one process to the next.
    new TreeMap<>(tensors)
        .forEach((name, tensor) ->
            stored.add(
                new StoredTensor(
                    name, tensor.shape(), tensor.format(), backend.exportShares(tensor, access))));
    return new ModelAsset(card, stored);
  }

  /**
   * Brings the shares into a session, and makes sure that the three parties' shares belong together
   * before anything is computed on them.
   *
   * @return the tensors by name, in order
   * @throws io.consilium.protocols.ProtocolViolation if a party has shares of another version
   */
  public Map<String, SecretTensor> restore(Rep3Backend backend) {
    Map<String, SecretTensor> restored = new LinkedHashMap<>();
    Sha256 id = Sha256.of("model").with(card.digest());
    for (StoredTensor tensor : tensors) {
      id.with(tensor.name());
      restored.put(
          tensor.name(), backend.importShares(tensor.shape(), tensor.format(), tensor.shares()));
    }
    known.forEach(words -> id.with(digest(words)));
    backend.compareShares(id.digest(), List.copyOf(restored.values()));
    return restored;
  }

  private static byte[] digest(long[] words) {
    Sha256 digest = Sha256.of("known words").with(words.length);
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_WORDS * Long.BYTES);
    for (int from = 0; from < words.length; from += CHUNK_WORDS) {
      int count = Math.min(CHUNK_WORDS, words.length - from);
      chunk.clear().asLongBuffer().put(words, from, count);
      digest.with(Arrays.copyOf(chunk.array(), count * Long.BYTES));
    }
    return digest.digest();
  }

  @Override
  public String toString() {
    return "ModelAsset[" + card.title() + " ***]";
  }
}
