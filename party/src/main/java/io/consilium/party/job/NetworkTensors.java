package io.consilium.party.job;

import io.consilium.inference.StoredTensor;
import io.consilium.inference.onnx.SharedNetwork.Shared;
import io.consilium.party.dataplane.AttemptId;
import io.consilium.party.dataplane.InputRows;
import io.consilium.party.dataplane.InputTaker;
import io.consilium.protocols.rep3.HolderInput;
import io.consilium.protocols.rep3.HolderShares;
import io.consilium.protocols.rep3.InputRefused;
import io.consilium.protocols.rep3.InsecureShareAccess;
import io.consilium.protocols.rep3.TensorDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The weights of a network on their way from the owner to this compute party: a block for each
 * tensor. Both ends name them the same way, so a tensor cannot take another's place.
 */
final class NetworkTensors implements InputTaker {
  /** Two shares of 8 bytes. */
  private static final int ELEMENT_BYTES = 16;

  /** The part of the memory that the weights of an import may take. */
  private static final int PART_OF_MEMORY = 2;

  private final AttemptId attempt;
  private final String owner;
  private final List<Shared> expected;
  private final long memoryBytesMax;
  private final List<HolderInput> taken = new ArrayList<>();

  NetworkTensors(AttemptId attempt, String owner, List<Shared> expected) {
    this(attempt, owner, expected, Runtime.getRuntime().maxMemory() / PART_OF_MEMORY);
  }

  NetworkTensors(AttemptId attempt, String owner, List<Shared> expected, long memoryBytesMax) {
    this.memoryBytesMax = memoryBytesMax;
    this.attempt = attempt;
    this.owner = owner;
    this.expected = List.copyOf(expected);
  }

  // ---- the owner -------------------------------------------------------------------------------

  /** What is said of an upload: as many blocks as tensors. */
  InputRows rows() {
    return new InputRows(expected.size(), 0);
  }

  /** Shares one tensor. */
  HolderShares share(int tensor, long[] codes, RandomGenerator random) {
    Shared outline = expected.get(tensor);
    return HolderShares.of(id(outline), outline.shape(), outline.format(), codes, random);
  }

  /** Unique among all inputs of all sessions. */
  private String id(Shared outline) {
    return attempt.tensorPrefix(owner) + outline.name();
  }

  // ---- the compute parties ---------------------------------------------------------------------

  @Override
  public int begin(InputRows announced) {
    if (!announced.equals(rows())) {
      throw new InputRefused(
          "it shares %d tensors of weights, and its network has %d"
              .formatted(announced.training(), expected.size()));
    }
    // All of them are kept in memory until they are stored.
    long bytes = expected.stream().mapToLong(Shared::elements).sum() * ELEMENT_BYTES;
    if (bytes > memoryBytesMax) {
      throw new InputRefused(
          "its weights take %,d megabytes of memory, more than this party has for them"
              .formatted((bytes >> 20) + 1));
    }
    return expected.size();
  }

  @Override
  public void check(int block, List<TensorDescription> announced) {
    Shared outline = expected.get(block);
    boolean fits =
        announced.size() == 1
            && announced.getFirst().tensorId().equals(id(outline))
            && announced.getFirst().shape().equals(outline.shape())
            && announced.getFirst().format().equals(outline.format());
    if (!fits) {
      throw new InputRefused(
          "tensor %s of its weights has another name, shape or scale than the plan says"
              .formatted(outline.name()));
    }
  }

  @Override
  public void take(HolderInput tensor) {
    taken.add(tensor);
  }

  /** What the owner signed, to be compared with what the others were told. */
  List<TensorDescription> descriptions() {
    return taken.stream().map(HolderInput::description).toList();
  }

  /** This party's shares, to be stored. */
  List<StoredTensor> stored() {
    List<StoredTensor> stored = new ArrayList<>();
    for (int i = 0; i < taken.size(); i++) {
      Shared outline = expected.get(i);
      stored.add(
          new StoredTensor(
              outline.name(),
              outline.shape(),
              outline.format(),
              taken.get(i).shares(InsecureShareAccess.get())));
    }
    return stored;
  }

  List<HolderInput> inputs() {
    return List.copyOf(taken);
  }

  @Override
  public String toString() {
    return "NetworkTensors[" + owner + ", " + expected.size() + "]";
  }
}
