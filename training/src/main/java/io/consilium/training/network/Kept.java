package io.consilium.training.network;

import io.consilium.protocols.SecretTensor;

/** A tensor that is needed later, and shortened by then. */
final class Kept {
  private SecretTensor value;

  Kept(SecretTensor value) {
    this.value = value;
  }

  SecretTensor value() {
    return value;
  }

  void replace(SecretTensor shortened) {
    this.value = shortened;
  }

  @Override
  public String toString() {
    return "Kept[" + value + "]";
  }
}
