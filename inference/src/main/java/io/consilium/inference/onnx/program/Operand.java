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

  /** Fraction bits of the tensor between instructions. */
  int ownBits();

  /** The tensor with so many fraction bits, if that needs no truncation; else as it is. */
  SecretTensor tensor(int fractionBits);

  /** Whether it does not depend on the record: a weight, or public. */
  boolean isShared();

  /**
   * A tensor that was computed, shared or given.
   *
   * @param ownBits fraction bits that it had before it was shortened
   */
  record Secret(SecretTensor tensor, Interval interval, int ownBits, boolean isShared)
      implements Operand {
    @Override
    public int fractionBits() {
      return tensor.format().fractionBits();
    }

    @Override
    public SecretTensor tensor(int bits) {
      return tensor;
    }
  }

  /** Public elements, which are encoded when they are asked for. */
  record Known(Backend backend, Value value, Interval interval, int fractionBits)
      implements Operand {
    static Known of(Backend backend, Value value) {
      Interval interval = Interval.of(value.known().elements());
      return new Known(backend, value, interval, Scales.fractionBits(interval));
    }

    /** With no more fraction bits than that; nothing is sent for it. */
    Known atMost(int bits) {
      return new Known(backend, value, interval, Math.min(bits, fractionBits));
    }

    @Override
    public int ownBits() {
      return fractionBits;
    }

    @Override
    public SecretTensor tensor() {
      return tensor(fractionBits);
    }

    /** Encoded with all of these bits, and not widened: a constant is exact in any format. */
    @Override
    public SecretTensor tensor(int bits) {
      FixedPoint format = new FixedPoint(bits);
      return backend.constant(value.shape(), format, format.encode(value.known().elements()));
    }

    @Override
    public boolean isShared() {
      return true;
    }
  }
}
