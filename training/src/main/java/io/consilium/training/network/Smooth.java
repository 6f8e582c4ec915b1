package io.consilium.training.network;

import io.consilium.protocols.SecretTensor;
import java.util.List;
import java.util.Optional;

/** An activation whose slope, between -1 and 2, was found in the forward pass. */
record Smooth(Kept slope, SecretTensor output) implements Layer.Applied {
  /** The slope may still have 32 fraction bits: 52 with these, for errors below 2^8. */
  private static final int ERROR_BITS_MAX = 20;

  @Override
  public Layer.Derivatives backward(Pass pass, SecretTensor error, boolean wantsError) {
    if (!wantsError) {
      return new Layer.Derivatives(Optional.empty(), List.of());
    }
    SecretTensor e = pass.shortened(error, ERROR_BITS_MAX);
    return new Layer.Derivatives(Optional.of(pass.backend().multiply(e, slope.value())), List.of());
  }
}
