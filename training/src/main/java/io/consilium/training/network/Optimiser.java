package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.training.DeclaredRange;
import java.util.List;

/** How parameters follow their gradients. */
public interface Optimiser {
  /** What is kept of the parameters before the first step. */
  List<List<SecretTensor>> initialMemory(Backend b, List<Parameter> parameters);

  /**
   * The state after a step.
   *
   * @param gradients sums over the rows of the batch
   * @param rate the learning rate of this step
   */
  NetworkState update(
      Backend b,
      List<Parameter> parameters,
      NetworkState state,
      List<SecretTensor> gradients,
      int rows,
      double rate);

  /** What it assumes of values, beyond {@link DeclaredRanges}. */
  default List<DeclaredRange> ranges() {
    return List.of();
  }
}
