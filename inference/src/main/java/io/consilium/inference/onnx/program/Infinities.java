package io.consilium.inference.onnx.program;

import java.util.Arrays;

/**
 * Plus and minus infinity in tensors: no fixed-point format has them, but masks and paddings do.
 * Where they stand is public. A secret tensor that has some is a {@link Gathered} one, with marks
 * in place of elements; sums and products with constants move the marks along, comparisons know
 * what they mean, and nothing else takes them.
 */
final class Infinities {
  private Infinities() {}

  /** Whether a value holds any. */
  static boolean areIn(Value x) {
    return x.isKnown()
        ? !x.known().isFinite()
        : x.origin().isPresent()
            && x.origin().get() instanceof Gathered gathered
            && gathered.hasInfinities();
  }

  /** Where they are: -1, 0 or 1 for every element. Of a weight this becomes public. */
  static Value marks(ProgramBuilder p, Value x) {
    double[] marks = new double[x.shape().size()];
    if (x.isKnown() && !x.known().isFinite()) {
      double[] elements = p.publish(x).elements();
      Arrays.setAll(marks, i -> Double.isInfinite(elements[i]) ? Math.signum(elements[i]) : 0);
    } else if (areIn(x)) {
      int[] indices = ((Gathered) x.origin().orElseThrow()).indices();
      Arrays.setAll(marks, i -> mark(indices[i]));
    }
    return p.constant(new Tensor(ElementType.FLOAT, x.shape(), marks));
  }

  private static double mark(int index) {
    return index == Gathered.LOWEST ? -1 : index == Gathered.HIGHEST ? 1 : 0;
  }

  /** The same value with zeros in their place. */
  static Value without(ProgramBuilder p, Value x) {
    if (!areIn(x)) {
      return x;
    }
    if (x.isKnown()) {
      double[] elements = x.known().elements().clone();
      Arrays.setAll(elements, i -> Double.isInfinite(elements[i]) ? 0 : elements[i]);
      Tensor tensor = new Tensor(x.type(), x.shape(), elements);
      return x.isPublic() ? p.constant(tensor) : p.weight(tensor);
    }
    Gathered gathered = (Gathered) x.origin().orElseThrow();
    int[] indices = gathered.indices().clone();
    Arrays.setAll(indices, i -> mark(indices[i]) == 0 ? indices[i] : Gathered.ZERO);
    return p.gather(gathered.x(), x.shape(), indices);
  }

  /** A finite value with infinities where the marks are. */
  static Value with(ProgramBuilder p, Value x, Value marks) {
    double[] signs = marks.known().elements();
    if (Arrays.stream(signs).allMatch(sign -> sign == 0)) {
      return x;
    }
    int[] indices = new int[signs.length];
    Arrays.setAll(
        indices, i -> signs[i] == 0 ? i : signs[i] < 0 ? Gathered.LOWEST : Gathered.HIGHEST);
    return p.gather(x, x.shape(), indices);
  }

  /**
   * Checks that no instruction takes one that it has no meaning for.
   *
   * @throws ModelRefused if one does
   */
  static void requireTaken(Program program) {
    for (Program.Named output : program.outputs()) {
      if (!output.value().isKnown() && areIn(output.value())) {
        throw refused(output.value(), "output '" + output.name() + "'");
      }
    }
    for (Value value : program.computed()) {
      Instruction instruction = value.origin().orElseThrow();
      for (Value operand : instruction.operands()) {
        if (areIn(operand) && !takes(instruction, operand)) {
          throw refused(operand, value.where());
        }
      }
    }
  }

  /** The largest of a column is right if one element of it is finite. */
  private static boolean takes(Instruction instruction, Value operand) {
    if (operand.isKnown()
        || !(instruction instanceof Largest || instruction instanceof IndexOfLargest)) {
      return false;
    }
    int[] indices = ((Gathered) operand.origin().orElseThrow()).indices();
    int columns = operand.shape().columns();
    boolean[] hasFinite = new boolean[columns];
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] == Gathered.HIGHEST) {
        return false;
      }
      hasFinite[i % columns] |= indices[i] != Gathered.LOWEST;
    }
    for (boolean finite : hasFinite) {
      if (!finite) {
        return false;
      }
    }
    return true;
  }

  private static ModelRefused refused(Value infinite, String reader) {
    return new ModelRefused(
        "%s: %s is not a finite number, and %s reads it; a fixed-point format has no NaN and no"
                .formatted(infinite.where(), element(infinite), reader)
            + " infinity, except minus infinity before Softmax, MaxPool, Max and ReduceMax");
  }

  private static String element(Value infinite) {
    double[] elements = infinite.isKnown() ? infinite.known().elements() : new double[0];
    for (int i = 0; i < elements.length; i++) {
      if (Double.isInfinite(elements[i])) {
        return "element " + i;
      }
    }
    return "an element";
  }
}
