package io.consilium.inference.onnx.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Fraction bits of every tensor of a program. They follow from the size of each tensor and from
 * what is done with it: what is compared has narrow codes, what is only added and multiplied may
 * have wider ones, and weights take all the room that the product leaves them. So one huge column
 * does not swallow the tiny ones beside it.
 *
 * <p>Leaks: nothing beyond the intervals, which are public: elements of weights are not looked at.
 */
final class Formats {
  /** A factor keeps at least so many bits of its largest number. */
  private static final int FACTOR_BITS_MIN = 8;

  /** Bits that remain of the largest number of a small tensor of weights. */
  private static final int WEIGHT_BITS = 14;

  private record Use(Instruction instruction, int operand, Value result) {}

  private final Ranges ranges;
  private final Map<Integer, List<Use>> uses = new HashMap<>();
  private final Map<Integer, Integer> narrow = new HashMap<>();
  private final Map<Integer, Integer> available = new HashMap<>();
  private final Map<Integer, Integer> chosen = new HashMap<>();

  private Formats(Program program, Ranges ranges) {
    this.ranges = ranges;
    for (Value value : program.computed()) {
      List<Value> operands = value.origin().orElseThrow().operands();
      for (int i = 0; i < operands.size(); i++) {
        uses.computeIfAbsent(operands.get(i).id(), _ -> new ArrayList<>())
            .add(new Use(value.origin().get(), i, value));
      }
    }
  }

  /** The fraction bits by the number of each value that is secret. */
  static Map<Integer, Integer> of(Program program, Ranges ranges) {
    Formats formats = new Formats(program, ranges);
    List<Value> inputs = program.inputs().stream().map(Program.Named::value).toList();
    inputs.forEach(x -> formats.narrow.put(x.id(), formats.ofLeaf(x)));
    program.weights().forEach(x -> formats.narrow.put(x.id(), formats.ofWeight(x)));
    program.computed().forEach(x -> formats.narrow.put(x.id(), formats.ofComputed(x)));
    program.computed().forEach(x -> formats.available.put(x.id(), formats.availableOf(x)));
    List<Integer> outputs = program.outputs().stream().map(x -> x.value().id()).toList();
    for (Value value : program.computed().reversed()) {
      formats.choose(value, outputs.contains(value.id()));
    }
    inputs.forEach(x -> formats.choose(x, outputs.contains(x.id())));
    program.weights().forEach(x -> formats.chosen.put(x.id(), formats.ofFactor(x)));
    program.weights().forEach(x -> formats.chosen.put(x.id(), formats.ofSummand(x)));
    return formats.chosen;
  }

  // ---- codes that can be compared
  // ----------------------------------------------------------------

  private int ofLeaf(Value value) {
    return value.type() == ElementType.BOOL ? 0 : Scales.fractionBits(ranges.of(value));
  }

  /** Each bit of a weight is one that a truncation sends, so small ones have a few less. */
  private int ofWeight(Value weight) {
    return Scales.fractionBits(ranges.of(weight), WEIGHT_BITS - whole(weight));
  }

  private int ofComputed(Value value) {
    return value.type() == ElementType.BOOL
        ? 0
        : Scales.fractionBits(ranges.of(value), worth(value.origin().orElseThrow()));
  }

  /** With how many fraction bits the results of an instruction are known, of its operands. */
  private int worth(Instruction instruction) {
    return switch (instruction) {
      case Gathered _, Reshaped _, Joined _, Largest _, Clipped _, Rectified _, Sum _ ->
          coarsest(instruction.operands());
      case Chosen chosen -> coarsest(List.of(chosen.x(), chosen.y()));
      case Product _, MatrixProduct _, Convolution _, Deconvolution _ ->
          ofProduct(instruction.operands().get(0), instruction.operands().get(1));
      case Weighted w -> bits(w.x()) - Scales.wholeBits(w.largestWeight());
      case Quotient _ -> Integer.MAX_VALUE;
      case Applied applied when applied.function().isRelative() -> Integer.MAX_VALUE;
      default -> Scales.FRACTION_BITS_MAX;
    };
  }

  private int coarsest(List<Value> operands) {
    return operands.stream().mapToInt(this::bits).min().orElse(Integer.MAX_VALUE);
  }

  private int ofProduct(Value x, Value y) {
    return Math.min(of(x, y), of(y, x));
  }

  /** What the rounding of x makes of the products. */
  private int of(Value x, Value y) {
    return x.isPublic() ? Integer.MAX_VALUE : bits(x) - whole(y);
  }

  private int bits(Value value) {
    return value.isPublic() ? Integer.MAX_VALUE : narrow.get(value.id());
  }

  private int whole(Value value) {
    return Scales.wholeBits(ranges.of(value).magnitude());
  }

  // ---- codes that are only added and multiplied
  // --------------------------------------------------

  /** With how many fraction bits there is more to know: of inputs with any, and of their sums. */
  private int availableOf(Value value) {
    Instruction instruction = value.origin().orElseThrow();
    return switch (instruction) {
      case Gathered _, Reshaped _, Joined _, Sum _ ->
          instruction.operands().stream().mapToInt(this::available).min().orElse(0);
      default -> narrow.get(value.id());
    };
  }

  private int available(Value value) {
    return available.getOrDefault(value.id(), Integer.MAX_VALUE);
  }

  private void choose(Value value, boolean isOutput) {
    int own = narrow.get(value.id());
    if (value.type() == ElementType.BOOL) {
      chosen.put(value.id(), own);
      return;
    }
    List<Use> all = uses.getOrDefault(value.id(), List.of());
    int wide = Math.min(available(value), Scales.wideFractionBits(ranges.of(value)));
    int low = Math.min(own, Scales.FRACTION_BITS_MAX);
    boolean narrows = all.stream().anyMatch(use -> isNarrow(use.instruction()));
    int high = narrows ? own : Math.max(own, wide);
    int wanted = isOutput ? Scales.FRACTION_BITS_MAX : low;
    for (Use use : all) {
      wanted = Math.max(wanted, wanted(use, own));
    }
    chosen.put(value.id(), Math.clamp(wanted, low, high));
  }

  /** Whether an instruction compares its operands, or computes with each of their bits. */
  private static boolean isNarrow(Instruction instruction) {
    return switch (instruction) {
      case Gathered _, Reshaped _, Joined _, Sum _, Product _, MatrixProduct _ -> false;
      case Convolution _, Deconvolution _, Weighted _, SoftmaxOfRows _ -> false;
      case Applied applied -> applied.function().fractionBitsMax() > Scales.FRACTION_BITS_MAX;
      default -> true;
    };
  }

  private int wanted(Use use, int own) {
    return switch (use.instruction()) {
      case Gathered _, Reshaped _, Joined _, Sum _, Largest _, Clipped _, Rectified _ ->
          chosen.get(use.result().id());
      case Product _, MatrixProduct _, Convolution _, Deconvolution _, Weighted _ ->
          use.operand() > 1
              ? own
              : Math.max(own, Math.min(worthOfFactor(use), room(use) - ofOther(use)));
      default -> own;
    };
  }

  /** So many beside a large factor, which multiplies what they leave out. */
  private int worthOfFactor(Use use) {
    double other =
        use.instruction() instanceof Weighted weighted
            ? weighted.largestWeight()
            : ranges.of(use.instruction().operands().get(1 - use.operand())).magnitude();
    return Scales.FRACTION_BITS_MAX
        + Math.max(Scales.wholeBits(other) - FactorBits.WHOLE_BITS_SMALL, 0);
  }

  private int room(Use use) {
    return Scales.productBits(ranges.of(use.result()));
  }

  /** Fraction bits that the other factor needs. */
  private int ofOther(Use use) {
    if (use.instruction() instanceof Weighted weighted) {
      return weighted.weightBits();
    }
    Value other = use.instruction().operands().get(1 - use.operand());
    if (!other.isPublic()) {
      return narrow.get(other.id());
    }
    return use.instruction() instanceof Product
        ? PublicFactors.usefulBits(other.known().elements())
        : Scales.fractionBits(ranges.of(other));
  }

  // ---- weights
  // -----------------------------------------------------------------------------------

  /** A weight takes the room that a large factor leaves in the product: small ones count there. */
  private int ofFactor(Value weight) {
    int own = narrow.get(weight.id());
    int room = Integer.MAX_VALUE;
    for (Use use : uses.getOrDefault(weight.id(), List.of())) {
      room = Math.min(room, isLargeFactor(use) ? room(use) - ofOtherChosen(use) : own);
    }
    int least = Math.max(own, FACTOR_BITS_MIN - whole(weight));
    return Math.clamp(room, least, Math.max(least, Scales.wideFractionBits(ranges.of(weight))));
  }

  private boolean isLargeFactor(Use use) {
    return isFactor(use)
        && whole(use.instruction().operands().get(1 - use.operand())) > FactorBits.WHOLE_BITS_SMALL;
  }

  private static boolean isFactor(Use use) {
    return use.operand() < 2
        && switch (use.instruction()) {
          case Product _, MatrixProduct _, Convolution _, Deconvolution _ -> true;
          default -> false;
        };
  }

  private int ofOtherChosen(Use use) {
    Value other = use.instruction().operands().get(1 - use.operand());
    return chosen.getOrDefault(other.id(), Scales.FRACTION_BITS_MAX);
  }

  /** A weight that is only added has the format of what it is added to. */
  private int ofSummand(Value weight) {
    int wanted = 0;
    for (Use use : uses.getOrDefault(weight.id(), List.of())) {
      boolean isBias = use.operand() == 2 && use.instruction() instanceof ProductInstruction;
      if (use.instruction() instanceof Sum) {
        wanted = Math.max(wanted, chosen.get(use.result().id()));
      } else if (isBias) {
        List<Value> factors = use.instruction().operands();
        int product = known(factors.get(0)) + known(factors.get(1));
        wanted = Math.max(wanted, Math.min(product, room(use)));
      } else {
        return chosen.get(weight.id());
      }
    }
    int own = narrow.get(weight.id());
    int low = Math.min(own, Scales.FRACTION_BITS_MAX);
    return Math.clamp(wanted, low, Math.max(low, Scales.wideFractionBits(ranges.of(weight))));
  }

  private int known(Value value) {
    return chosen.getOrDefault(value.id(), Scales.FRACTION_BITS_MAX);
  }
}
