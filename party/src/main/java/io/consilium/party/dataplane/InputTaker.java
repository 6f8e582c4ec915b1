package io.consilium.party.dataplane;

import io.consilium.protocols.rep3.HolderInput;
import io.consilium.protocols.rep3.InputRefused;
import io.consilium.protocols.rep3.TensorDescription;
import java.io.IOException;
import java.util.List;

/** What an attempt does with what one data holder brings, block by block. One thread at a time. */
public interface InputTaker {
  /**
   * The first that is known; before any block.
   *
   * @return the number of blocks that follow from it
   * @throws InputRefused if it cannot be taken
   */
  int begin(InputRows rows);

  /**
   * What the holder has signed, before the shares are received.
   *
   * @param block from 0 on
   * @throws InputRefused if these are not the tensors that belong there
   */
  void check(int block, List<TensorDescription> tensors);

  /** Verified shares of one of these tensors. */
  void take(HolderInput tensor) throws IOException;
}
