package io.consilium.training.plain;

import io.consilium.protocols.clear.BrokenRange;

/**
 * A place of the program where values left the range that shares are right in.
 *
 * @param place the class that decides about the range: a layer, a loss, an optimiser, a function
 * @param fractionBits of the values
 * @param value the largest absolute value, as a number and not as a code
 * @param most what it may be
 * @param times instructions that broke the promise
 * @param epoch the epoch when it began, from 1; 0 in the preparation
 * @param afterStep steps of the whole run that were done then
 */
public record BrokenPlace(
    String place,
    BrokenRange.Promise promise,
    int fractionBits,
    double value,
    double most,
    long times,
    int epoch,
    long afterStep) {

  BrokenPlace and(BrokenPlace later) {
    return new BrokenPlace(
        place,
        promise,
        fractionBits,
        Math.max(value, later.value),
        most,
        times + later.times,
        epoch,
        afterStep);
  }
}
