package io.consilium.training.network;

import io.consilium.protocols.SecretTensor;
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
}
