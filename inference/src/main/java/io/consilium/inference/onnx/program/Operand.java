package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;

/** What an instruction reads. */
sealed interface Operand {
  /** What its elements lie in. */
  Interval interval();

  /** The tensor: of all records, one below the other, or one that they share. */
  SecretTensor tensor();

  int fractionBits();

  /** Whether it does not depend on the record: a weight, or public. */
  boolean isShared();

  /** A tensor that was computed, shared or given. */
  record Secret(SecretTensor tensor, Interval interval, boolean isShared) implements Operand {
    @Override
    public int fractionBits() {
      return tensor.format().fractionBits();
    }
  }

  /** Public elements, which are encoded when they are asked for. */
  record Known(Backend backend, Value value, Interval interval, int fractionBits)
      implements Operand {
    static Known of(Backend backend, Value value) {
      Interval interval = Interval.of(value.known().elements());
      return new Known(backend, value, interval, Scales.of(interval).fractionBits());
    }

    /** With no more fraction bits than that; nothing is sent for it. */
    Known atMost(int bits) {
      return new Known(backend, value, interval, Math.min(bits, fractionBits));
    }

    @Override
    public SecretTensor tensor() {
      FixedPoint format = new FixedPoint(fractionBits);
      return backend.constant(value.shape(), format, format.encode(value.known().elements()));
    }

    @Override
    public boolean isShared() {
      return true;
    }
  }
}
