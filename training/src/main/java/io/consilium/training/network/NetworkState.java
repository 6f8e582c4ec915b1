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
 * @param memory what the optimiser keeps of each parameter, such as its velocity: lists as long as
 *     the parameters
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

  /** All tensors one behind the other, for {@link #of}. */
  public List<SecretTensor> tensors() {
    List<SecretTensor> all = new ArrayList<>(parameters);
    memory.forEach(all::addAll);
    return all;
  }

  /** The state that has these tensors, of so many parameters, after so many steps. */
  public static NetworkState of(List<SecretTensor> tensors, int parameters, long steps) {
    List<List<SecretTensor>> memory = new ArrayList<>();
    for (int from = parameters; from < tensors.size(); from += parameters) {
      memory.add(tensors.subList(from, from + parameters));
    }
    return new NetworkState(tensors.subList(0, parameters), memory, steps);
  }
}
