package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.functions.Clip;
import io.consilium.training.DeclaredRange;
import java.util.ArrayList;
import java.util.List;

/**
 * Another optimiser, with every element of the mean gradients cut off at plus and minus a bound.
 *
 * <p>Rounds: 8 more, for all parameters together. Bytes: two signs and two selections an element,
 * more than the rest of the step together. Right for mean gradients below 2^15 / rows.
 */
public record ClippedGradients(Optimiser optimiser, double bound) implements Optimiser {
  /** Bits before the point of a gradient and its sign. */
  private static final int WHOLE_BITS = 16;

  public ClippedGradients {
    if (!(bound > 0)) {
      throw new IllegalArgumentException("a bound of " + bound);
    }
  }

  @Override
  public List<List<SecretTensor>> initialMemory(Backend b, List<Parameter> parameters) {
    return optimiser.initialMemory(b, parameters);
  }

  @Override
  public NetworkState update(
      Backend b,
      List<Parameter> parameters,
      NetworkState state,
      List<SecretTensor> gradients,
      int rows,
      double rate) {
    long[] bounds = gradients.stream().mapToLong(g -> g.format().encode(bound * rows)).toArray();
    int fraction = gradients.stream().mapToInt(g -> g.format().fractionBits()).max().orElseThrow();
    // One comparison for all: sums of gradients and their bounds stay below its range.
    ValueRange range = ValueRange.ofWidth(fraction + WHOLE_BITS);
    List<SecretTensor> inRange = new ArrayList<>();
    for (int i = 0; i < bounds.length; i++) {
      inRange.add(b.within(gradients.get(i), new ValueRange(range.codeMax() - bounds[i])));
    }
    List<SecretTensor> clipped = Clip.of(b, inRange, bounds);
    return optimiser.update(b, parameters, state, clipped, rows, rate);
  }

  @Override
  public List<DeclaredRange> ranges() {
    return optimiser.ranges();
  }
}
