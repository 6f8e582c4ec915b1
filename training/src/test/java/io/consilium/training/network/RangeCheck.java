package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.clear.ClearBackend;

/** The clear reference, which here fails at the first value that shares would get wrong. */
final class RangeCheck {
  private RangeCheck() {}

  static Backend backend() {
    return ClearBackend.watching(broken -> {
      throw new IllegalStateException(broken.toString());
    });
  }
}
