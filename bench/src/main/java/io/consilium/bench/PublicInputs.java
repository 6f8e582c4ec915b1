package io.consilium.bench;

import io.consilium.protocols.Backend;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Disclosure;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.rep3.Rep3Backend;
import java.util.SplittableRandom;

/**
 * Made-up numbers that every process knows. They are shared by P1 as if they were secret, so that
 * the computation is the real one, and its result may be opened and compared.
 */
final class PublicInputs {
  private static final long SEED = 20260723;

  private PublicInputs() {}

  /** Codes all over a range. */
  static long[] codes(String name, int count, ValueRange range) {
    SplittableRandom random = new SplittableRandom(SEED ^ name.hashCode());
    return random.longs(count, -range.codeMax(), range.codeMax() + 1).toArray();
  }

  /** Reals from -1 to 1. */
  static double[] reals(String name, int count) {
    return new SplittableRandom(SEED ^ name.hashCode()).doubles(count, -1, 1).toArray();
  }

  static SecretTensor share(Backend b, Shape shape, FixedPoint format, long[] codes) {
    boolean owns = !(b instanceof Rep3Backend rep3) || rep3.self() == ComputeParty.P1;
    return b.input(ComputeParty.P1, shape, format, owns ? codes : new long[0]);
  }

  /** Opens a result to the three processes, which made up its inputs themselves. */
  static long[] open(Backend b, String name, SecretTensor x) {
    return b.open(
        x, Disclosure.grant(name, "the benchmark", x.size(), (value, recipient, elements) -> {}));
  }
}
