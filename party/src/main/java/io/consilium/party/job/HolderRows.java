package io.consilium.party.job;

import io.consilium.party.dataplane.InputRows;
import io.consilium.party.dataplane.InputTaker;
import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.TensorType;
import io.consilium.protocols.rep3.HolderInput;
import io.consilium.protocols.rep3.InputRefused;
import io.consilium.protocols.rep3.InsecureShareAccess;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.rep3.TensorDescription;
import io.consilium.training.DataBlock;
import io.consilium.training.SecureDataSet;
import io.consilium.training.SecurePart;
import io.consilium.training.SharedRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rows that one data holder shares with this compute party: checked and put on a shelf as they
 * come, and read from there by the training. First the one, by the thread of the holder's
 * connection, then the other.
 */
final class HolderRows implements InputTaker {
  private final SharedTensors tensors;
  private final RowLimit limit;
  private final ShareSpace space;
  private final List<TensorDescription> descriptions = new ArrayList<>();
  private InputRows rows = new InputRows(0, 0);
  private List<SharedBlock> blocks = List.of();
  private Optional<ShareShelf> shelf = Optional.empty();

  /**
   * Nothing has come yet.
   *
   * @param limit of all holders of the attempt
   */
  HolderRows(SharedTensors tensors, RowLimit limit, ShareSpace space) {
    this.tensors = tensors;
    this.limit = limit;
    this.space = space;
  }

  // ---- taking ----------------------------------------------------------------------------------

  @Override
  public int begin(InputRows announced) {
    limit.take(announced);
    long all = (long) announced.training() + announced.validation();
    rows = announced;
    blocks = SharedBlock.of(tensors.site(), announced, tensors.blockRows());
    try {
      shelf = Optional.of(space.shelf(tensors.elements(all)));
    } catch (ShareSpace.NoRoom e) {
      throw new InputRefused(e.getMessage());
    }
    return blocks.size();
  }

  @Override
  public void check(int block, List<TensorDescription> announced) {
    List<SharedTensors.Outline> expected = tensors.of(blocks.get(block));
    if (announced.size() != expected.size()) {
      throw new InputRefused(
          "it shared " + announced.size() + " tensors of a block, not " + expected.size());
    }
    for (int i = 0; i < expected.size(); i++) {
      if (!expected.get(i).fits(announced.get(i))) {
        throw new InputRefused(
            "tensor "
                + announced.get(i).tensorId()
                + " has another name, shape or scale than the plan says; it may run another"
                + " version of the program");
      }
    }
  }

  @Override
  public void take(HolderInput tensor) throws IOException {
    descriptions.add(tensor.description());
    shelf().put(tensor.description().tensorId(), tensor.shares(InsecureShareAccess.get()));
  }

  // ---- reading ---------------------------------------------------------------------------------

  InputRows rows() {
    return rows;
  }

  /** What the holder signed, to be compared with what the others were told. */
  List<TensorDescription> descriptions() {
    return List.copyOf(descriptions);
  }

  SecureDataSet.Site site() {
    return new SecureDataSet.Site(
        new OfPart(SharedBlock.Part.TRAINING), new OfPart(SharedBlock.Part.VALIDATION));
  }

  private ShareShelf shelf() {
    return shelf.orElseThrow(() -> new IllegalStateException("nothing was announced"));
  }

  /** The training or the validation rows. */
  private final class OfPart implements SharedRows {
    private final SharedBlock.Part part;

    OfPart(SharedBlock.Part part) {
      this.part = part;
    }

    @Override
    public SecurePart load(Backend b, DataBlock rowsOfSite) {
      SharedBlock block = new SharedBlock(part, rowsOfSite);
      return new SecurePart(
          tensor(b, tensors.features(block)),
          tensors.mayMiss() ? Optional.of(tensor(b, tensors.presence(block))) : Optional.empty(),
          tensor(b, tensors.labels(block)));
    }

    @Override
    public void discard(DataBlock rowsOfSite) {
      try {
        for (SharedTensors.Outline outline : tensors.of(new SharedBlock(part, rowsOfSite))) {
          shelf().discard(outline.id());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private SecretTensor tensor(Backend b, SharedTensors.Outline outline) {
    TensorType type = TensorType.of(outline.shape(), outline.format());
    return ((Rep3Backend) b)
        .importShares(
            type,
            shares -> {
              try {
                shelf().read(outline.id(), shares);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  @Override
  public String toString() {
    return "HolderRows[" + tensors.holder() + ", " + rows + "]";
  }
}
