package io.consilium.training.network;

/** How large initial weights are. */
public enum Initialisation {
  /** Glorot and Bengio, AISTATS 2010: sqrt(6 / (fanIn + fanOut)). */
  GLOROT {
    @Override
    double bound(int fanIn, int fanOut) {
      return StrictMath.sqrt(6.0 / (fanIn + fanOut));
    }
  },
  /** He et al., ICCV 2015, for layers before a ReLU: sqrt(6 / fanIn). */
  HE {
    @Override
    double bound(int fanIn, int fanOut) {
      return StrictMath.sqrt(6.0 / fanIn);
    }
  };

  /** The bound of a uniform distribution. */
  abstract double bound(int fanIn, int fanOut);
}
