package io.consilium.party.dataplane;

import io.consilium.protocols.rep3.HolderInput;
import java.util.List;

/**
 * What one data holder shared with this party in one session: verified, in the order of the
 * statement.
 */
public record InputTensors(String holder, List<HolderInput> tensors) {
  /** Copies the list. */
  public InputTensors {
    tensors = List.copyOf(tensors);
  }

  @Override
  public String toString() {
    return "InputTensors[" + holder + ", " + tensors.size() + " tensors]";
  }
}
