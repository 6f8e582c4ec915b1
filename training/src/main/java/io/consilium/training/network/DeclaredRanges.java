package io.consilium.training.network;

import io.consilium.training.DeclaredRange;
import java.util.List;

/** The ranges of {@link Ranges}, for people. */
public final class DeclaredRanges {
  private DeclaredRanges() {}

  /** What every network assumes. */
  public static List<DeclaredRange> ofNetworks() {
    int product = Ranges.DEFAULT.fractionBits() + Ranges.INPUT_BITS_MAX;
    double parameter = Ranges.DEFAULT.decode(Ranges.OF_PARAMETERS.codeMax());
    double output = Math.scalb(1.0, Ranges.CODE_BITS_MAX - product);
    double input = Math.scalb(1.0, Ranges.INPUT_WHOLE_BITS);
    return List.of(
        new DeclaredRange("parameters", Ranges.DEFAULT.fractionBits(), parameter),
        new DeclaredRange("inputs of a layer", Ranges.INPUT_BITS_MAX, input),
        new DeclaredRange("outputs of a dense layer", product, output),
        new DeclaredRange("logits of softmax", product, Ranges.LOGIT_MAX),
        new DeclaredRange("derivatives by an output", Ranges.ERROR_BITS_MAX, input),
        new DeclaredRange("gradients, summed over a batch", product, output));
  }
}
