package io.consilium.protocols.ring;

/**
 * The places p = remainder + q * stride of the input, in one dimension, and the taps that lead from
 * them to places of the output: those with t * dilation = p + padding modulo the stride.
 *
 * <p>They are t = firstTap + u * tapStep, and the place of the output is q + firstPlace - u *
 * placesPerTap.
 */
record RemainderClass(
    int places, int taps, int firstTap, int tapStep, int firstPlace, int placesPerTap) {

  static RemainderClass of(
      int remainder, int inputSize, int kernelSize, int stride, int padding, int dilation) {
    int places = remainder < inputSize ? (inputSize - 1 - remainder) / stride + 1 : 0;
    int common = gcd(stride, dilation);
    int tapStep = stride / common;
    int first = 0;
    while (first < tapStep && (remainder + padding - first * dilation) % stride != 0) {
      first++;
    }
    if (first == tapStep || first >= kernelSize) {
      return new RemainderClass(places, 0, 0, tapStep, 0, dilation / common);
    }
    return new RemainderClass(
        places,
        (kernelSize - 1 - first) / tapStep + 1,
        first,
        tapStep,
        (remainder + padding - first * dilation) / stride,
        dilation / common);
  }

  private static int gcd(int x, int y) {
    return y == 0 ? x : gcd(y, x % y);
  }
}
