package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.ValueRange;
import java.util.ArrayList;
import java.util.List;

/**
 * What a step changes.
 *
 * @param parameters as {@link Network#parameters} lists them
 * @param memory what the optimiser keeps of each trained parameter, such as its velocity
 * @param steps how many have been taken
 */
public record NetworkState(
    List<SecretTensor> parameters, List<List<SecretTensor>> memory, long steps) {
  public NetworkState {
    parameters = List.copyOf(parameters);
    memory = memory.stream().map(List::copyOf).toList();
  }

  /**
   * The same with the promised ranges, whatever made the tensors: every step is the same program
   * then, and costs the same.
   */
  NetworkState promised(Backend b) {
    return new NetworkState(
        parameters.stream().map(p -> b.within(p, Ranges.OF_PARAMETERS)).toList(),
        memory.stream()
            .map(all -> all.stream().map(m -> b.within(m, ValueRange.UNDECLARED)).toList())
            .toList(),
        steps);
  }

  /** All tensors one behind the other, for {@link #next}. */
  public List<SecretTensor> tensors() {
    List<SecretTensor> all = new ArrayList<>(parameters);
    memory.forEach(all::addAll);
    return all;
  }

  /** The state one step later, whose tensors are these in the order of {@link #tensors}. */
  public NetworkState next(List<SecretTensor> tensors) {
    int at = parameters.size();
    List<List<SecretTensor>> later = new ArrayList<>();
    for (List<SecretTensor> one : memory) {
      later.add(tensors.subList(at, at + one.size()));
      at += one.size();
    }
    return new NetworkState(tensors.subList(0, parameters.size()), later, steps + 1);
  }
}
