package io.consilium.inference.onnx.program;

import io.consilium.inference.onnx.program.Value.Visibility;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.DoubleBinaryOperator;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Builds a program, value by value. What can be computed of known elements alone is computed at
 * once and becomes no instruction, so shape arithmetic disappears and weights fold into weights.
 * Memory for known elements and for tables of places is limited in all.
 */
public final class ProgramBuilder {
  /** Elements of known tensors and entries of tables together: 1 GiB at 8 bytes. */
  private static final long ELEMENTS_MAX = 1L << 27;

  /** Of the memory of this process all of them together take at most a quarter. */
  private static final long BYTES_OF_MEMORY = 32;

  /** What two arrays take beside their elements. */
  private static final long PLACES_OVERHEAD = 6;

  private final List<Value> values = new ArrayList<>();
  private final TreeSet<String> published = new TreeSet<>();
  private String where = "the model";
  private long elements;

  /** Says which node or tensor the next values belong to. */
  public void enter(String place) {
    where = place;
  }

  /** Where the next values belong. */
  public String where() {
    return where;
  }

  // ---- leaves ----------------------------------------------------------------------------------

  /** A secret input; one without elements is public, since there is nothing to hide. */
  public Value input(String name, ElementType type, Shape shape) {
    enter("input '" + name + "'");
    if (shape.size() == 0) {
      return constant(new Tensor(type, shape, new double[0]));
    }
    return made(type, shape, Visibility.SECRET, Optional.empty(), Optional.empty());
  }

  /** A public tensor. */
  public Value constant(Tensor tensor) {
    return leaf(tensor, Visibility.PUBLIC);
  }

  /** A tensor of the owner of the model. */
  public Value weight(Tensor tensor) {
    return leaf(tensor, Visibility.WEIGHT);
  }

  /** A public number. */
  public Value constant(double real) {
    return constant(Tensor.scalar(ElementType.FLOAT, real));
  }

  private Value leaf(Tensor tensor, Visibility visibility) {
    spend(tensor.isHeld() ? tensor.shape().size() : 0);
    return made(tensor.type(), tensor.shape(), visibility, Optional.of(tensor), Optional.empty());
  }

  private Value made(
      ElementType type,
      Shape shape,
      Visibility visibility,
      Optional<Tensor> known,
      Optional<Instruction> origin) {
    Value value = new Value(values.size(), type, shape, visibility, known, origin, where);
    values.add(value);
    return value;
  }

  private void spend(long count) {
    requireRoom(count);
    elements += count;
  }

  /**
   * Checks that so many more elements may be made, before memory is taken for them.
   *
   * @throws ModelRefused if they may not
   */
  public void requireRoom(long count) {
    long most = Math.min(ELEMENTS_MAX, Runtime.getRuntime().maxMemory() / BYTES_OF_MEMORY);
    if (elements + count > most) {
      throw new ModelRefused(
          "%s needs more memory than an import may take: %d elements of known tensors and tables"
              .formatted(where, most));
    }
  }

  // ---- instructions ----------------------------------------------------------------------------

  /** The result of an instruction, with the element type of its first operand. */
  public Value emit(Instruction instruction) {
    return emit(instruction, instruction.operands().getFirst().type());
  }

  /** The result of an instruction: computed if all is known, else by the program. */
  public Value emit(Instruction instruction, ElementType type) {
    List<Value> operands = instruction.operands();
    boolean empty = instruction.shape().size() == 0;
    if (!empty && !operands.stream().allMatch(Value::isKnown)) {
      return made(
          type, instruction.shape(), Visibility.SECRET, Optional.empty(), Optional.of(instruction));
    }
    boolean sameElements = instruction instanceof Reshaped;
    Tensor tensor =
        sameElements && !empty && !operands.getFirst().known().isHeld()
            ? onDemand(type, instruction.shape(), operands.getFirst(), instruction)
            : held(type, instruction, empty ? List.of() : operands);
    boolean weight = operands.stream().anyMatch(x -> x.visibility() == Visibility.WEIGHT);
    return leaf(tensor, weight && !empty ? Visibility.WEIGHT : Visibility.PUBLIC);
  }

  private Tensor held(ElementType type, Instruction instruction, List<Value> operands) {
    double[] elements =
        operands.isEmpty()
            ? new double[0]
            : instruction.evaluate(operands.stream().map(x -> x.known().elements()).toList());
    Tensor tensor = new Tensor(type, instruction.shape(), ofType(elements, type, where));
    if (type.isReal()
        && !tensor.isFinite()
        && operands.stream().allMatch(x -> x.known().isFinite())) {
      throw new ModelRefused(where + " makes a number that is not finite of constants");
    }
    return tensor;
  }

  private static Tensor onDemand(ElementType type, Shape shape, Value x, Instruction instruction) {
    return Tensor.onDemand(
        type,
        shape,
        x.known().isFinite(),
        () -> instruction.evaluate(List.of(x.known().elements())));
  }

  /** Integers without a fraction; reals may be infinite, but no NaN. */
  private static double[] ofType(double[] elements, ElementType type, String place) {
    for (double element : elements) {
      if (Double.isNaN(element)) {
        throw new ModelRefused(place + " makes a number that is not finite of constants: a NaN");
      }
    }
    return type.isReal() ? elements : Arrays.stream(elements).map(ProgramBuilder::whole).toArray();
  }

  private static double whole(double x) {
    return x < 0 ? Math.ceil(x) : Math.floor(x);
  }

  /** Elements at public places; {@link Gathered#ZERO} for zeros. Places of places are combined. */
  public Value gather(Value x, Shape shape, int[] indices) {
    spend(indices.length);
    Optional<Instruction> origin = x.origin();
    if (origin.isPresent() && origin.get() instanceof Gathered inner) {
      int[] combined = new int[indices.length];
      for (int i = 0; i < combined.length; i++) {
        combined[i] = indices[i] < 0 ? indices[i] : inner.indices()[indices[i]];
      }
      return emit(new Gathered(inner.x(), shape, combined));
    }
    return emit(new Gathered(x, shape, indices));
  }

  /** The same elements in another shape. */
  public Value reshape(Value x, Shape shape) {
    if (x.shape().equals(shape)) {
      return x;
    }
    if (x.shape().size() != shape.size()) {
      throw new ModelRefused(
          "%s makes %s of %s, which has another number of elements"
              .formatted(where, shape, x.shape()));
    }
    if (x.origin().isPresent() && x.origin().get() instanceof Gathered inner) {
      return emit(new Gathered(inner.x(), shape, inner.indices()), x.type());
    }
    return emit(new Reshaped(x, shape));
  }

  public Value transpose(Value x, List<Integer> permutation) {
    int[] strides = Dims.strides(x.shape());
    int[] steps = new int[permutation.size()];
    List<Integer> dimensions = new ArrayList<>();
    for (int d = 0; d < steps.length; d++) {
      steps[d] = strides[permutation.get(d)];
      dimensions.add(x.shape().dimensions().get(permutation.get(d)));
    }
    Shape shape = new Shape(dimensions);
    boolean still = true;
    for (int d = 0; d < steps.length; d++) {
      still &= permutation.get(d) == d;
    }
    return still ? x : gather(x, shape, Dims.walk(shape, 0, steps));
  }

  /** The tensor repeated to a larger shape. */
  public Value broadcast(Value x, Shape shape) {
    if (x.shape().equals(shape)) {
      return x;
    }
    if (x.shape().size() == shape.size()) {
      return reshape(x, shape);
    }
    requireRoom(shape.size());
    return gather(x, shape, Dims.repeated(x.shape(), shape));
  }

  /** Parts side by side along an axis. */
  public Value concatenate(List<Value> parts, int axis) {
    Shape first = parts.getFirst().shape();
    int size = 0;
    for (Value part : parts) {
      requireFit(first, part.shape(), axis);
      size += Dims.dim(part.shape(), axis);
    }
    Shape shape = Dims.with(first, axis, size);
    List<Value> present = parts.stream().filter(part -> part.shape().size() > 0).toList();
    if (present.size() <= 1) {
      return present.isEmpty() ? parts.getFirst() : present.getFirst();
    }
    if (anyInfinite(present)) {
      Value marks = concatenate(parts.stream().map(x -> Infinities.marks(this, x)).toList(), axis);
      Value rest = concatenate(parts.stream().map(x -> Infinities.without(this, x)).toList(), axis);
      return Infinities.with(this, rest, marks);
    }
    Value all = emit(new Joined(present));
    int outer = Dims.volume(first, 0, axis);
    return outer == 1 ? reshape(all, shape) : gather(all, shape, interleaved(present, outer));
  }

  private void requireFit(Shape first, Shape part, int axis) {
    if (part.rank() != first.rank()
        || !Dims.with(part, axis, 1).equals(Dims.with(first, axis, 1))) {
      throw new ModelRefused(
          "%s cannot join shapes %s and %s along axis %d".formatted(where, first, part, axis));
    }
  }

  private static int[] interleaved(List<Value> parts, int outer) {
    int total = parts.stream().mapToInt(part -> part.shape().size()).sum();
    int[] indices = new int[total];
    int at = 0;
    for (int row = 0; row < outer; row++) {
      int start = 0;
      for (Value part : parts) {
        int size = part.shape().size();
        int length = size / outer;
        for (int i = 0; i < length; i++) {
          indices[at++] = start + row * length + i;
        }
        start += size;
      }
    }
    return indices;
  }

  // ---- arithmetic with broadcasting -----------------------------------------------------------

  private Shape common(Value x, Value y) {
    try {
      return Dims.broadcast(x.shape(), y.shape());
    } catch (IllegalArgumentException e) {
      throw new ModelRefused(where + ": " + e.getMessage(), e);
    }
  }

  private Value binary(Value x, Value y, BinaryInstruction instruction) {
    Shape shape = common(x, y);
    ElementType type = x.type() == ElementType.BOOL ? y.type() : x.type();
    return emit(instruction.of(broadcast(x, shape), broadcast(y, shape)), type);
  }

  /** Whether a value that is not computed at once has infinities. */
  private static boolean anyInfinite(List<Value> values) {
    return values.stream().anyMatch(Infinities::areIn) && !values.stream().allMatch(Value::isKnown);
  }

  /** A sum whose infinities are kept apart. */
  private Value infiniteSum(Value x, Value y, boolean negated) {
    Value left = Infinities.marks(this, x);
    Value right = Infinities.marks(this, y);
    Value opposed = multiply(left, negated ? negate(right) : right);
    if (Interval.of(opposed.known().elements()).low() < 0) {
      throw new ModelRefused(where + " adds plus infinity to minus infinity");
    }
    Value a = Infinities.without(this, x);
    Value c = Infinities.without(this, y);
    Value sum = negated ? subtract(a, c) : add(a, c);
    return Infinities.with(this, sum, negated ? subtract(left, right) : add(left, right));
  }

  /** A product with known factors, none of which is zero where the other is infinite. */
  private Value infiniteProduct(Value x, Value factor) {
    if (!factor.isKnown() || !factor.known().isFinite()) {
      throw new ModelRefused(
          where + " multiplies an infinity, which no fixed-point format has, by a secret number");
    }
    Value marks = multiply(Infinities.marks(this, x), constant(publish(factor)));
    return Infinities.with(this, multiply(Infinities.without(this, x), factor), marks);
  }

  @FunctionalInterface
  private interface BinaryInstruction {
    Instruction of(Value x, Value y);
  }

  public Value add(Value x, Value y) {
    if (anyInfinite(List.of(x, y))) {
      return infiniteSum(x, y, false);
    }
    return binary(x, y, (a, b) -> new Sum(a, b, false));
  }

  public Value subtract(Value x, Value y) {
    if (anyInfinite(List.of(x, y))) {
      return infiniteSum(x, y, true);
    }
    return binary(x, y, (a, b) -> new Sum(a, b, true));
  }

  public Value multiply(Value x, Value y) {
    if (anyInfinite(List.of(x, y))) {
      return Infinities.areIn(x) ? infiniteProduct(x, y) : infiniteProduct(y, x);
    }
    return x == y ? emit(new Product(x, x)) : binary(x, y, Product::new);
  }

  public Value multiply(Value x, double factor) {
    return factor == 1 ? x : multiply(x, constant(factor));
  }

  public Value add(Value x, double summand) {
    return summand == 0 ? x : add(x, constant(summand));
  }

  /** x / y; by the reciprocals if y is public. */
  public Value divide(Value x, Value y) {
    if (!x.type().isReal() && x.isKnown() && y.isKnown()) {
      return binary(x, y, Quotient::new);
    }
    if (y.isKnown()) {
      Value one = constant(1);
      Shape shape = y.shape();
      return multiply(x, emit(new Quotient(broadcast(one, shape), y)));
    }
    return binary(x, y, Quotient::new);
  }

  /** The larger of both. */
  public Value maximum(Value x, Value y) {
    Shape shape = common(x, y);
    Value a = reshape(broadcast(x, shape), Dims.shape(1, shape.size()));
    Value b = reshape(broadcast(y, shape), Dims.shape(1, shape.size()));
    if (shape.size() == 0) {
      return broadcast(x, shape);
    }
    return reshape(emit(new Largest(concatenate(List.of(a, b), 0))), shape);
  }

  public Value negate(Value x) {
    return multiply(x, -1);
  }

  public Value minimum(Value x, Value y) {
    return negate(maximum(negate(x), negate(y)));
  }

  /** x where a condition is 1, and y where it is 0. Of what is known nothing is computed. */
  public Value choose(Value condition, Value x, Value y) {
    Shape shape = common(broadcast(x, common(x, y)), condition);
    Value wanted = broadcast(condition, shape);
    Value a = broadcast(x, shape);
    Value c = broadcast(y, shape);
    ElementType type = a.type() == ElementType.BOOL ? c.type() : a.type();
    boolean isKnown = a.isKnown() && c.isKnown();
    if (!wanted.isKnown() || isKnown || shape.size() == 0) {
      return emit(new Chosen(wanted, a, c), type);
    }
    double[] bits = publish(wanted).elements();
    int[] places = new int[bits.length];
    Arrays.setAll(places, i -> bits[i] != 0 ? i : bits.length + i);
    Value both =
        concatenate(
            List.of(reshape(a, Shape.vector(bits.length)), reshape(c, Shape.vector(bits.length))),
            0);
    return gather(both, shape, places);
  }

  /** The same numbers with another type. */
  public Value as(ElementType type, Value x) {
    return x.type() == type ? x : emit(new Reshaped(x, x.shape()), type);
  }

  /** 1 - x for truth values. */
  public Value not(Value x) {
    Value one = constant(Tensor.scalar(ElementType.BOOL, 1));
    return emit(new Sum(broadcast(one, x.shape()), x, true), ElementType.BOOL);
  }

  /** 1 where x < y, else 0. */
  public Value less(Value x, Value y) {
    Shape shape = common(x, y);
    return emit(new Less(broadcast(x, shape), broadcast(y, shape)), ElementType.BOOL);
  }

  public Value apply(Function function, Value x) {
    if (Infinities.areIn(x) && !x.isKnown() && function.hasLimits()) {
      Value finite = apply(function, Infinities.without(this, x));
      Value marks = Infinities.marks(this, x);
      double[] limits = marks.known().elements().clone();
      Arrays.setAll(limits, i -> limits[i] == 0 ? 0 : function.at(limits[i] / 0.0));
      Value limit = constant(new Tensor(ElementType.FLOAT, x.shape(), limits));
      return choose(multiply(marks, marks), limit, finite);
    }
    return emit(new Applied(function, x));
  }

  public Value rectify(Value x) {
    return emit(new Rectified(x));
  }

  public Value clip(Value x, double low, double high) {
    return emit(new Clipped(x, low, high));
  }

  /**
   * Known rows times one known factor each: what a normalisation makes of the filters before it.
   *
   * @param x [n, ...]
   * @param factors [n]
   */
  public Value scaleRows(Value x, Value factors) {
    int columns = x.shape().columns();
    double[] byRow = factors.known().elements();
    String place = where;
    Supplier<double[]> scaled =
        () -> {
          double[] elements = x.known().elements().clone();
          for (int i = 0; i < elements.length; i++) {
            elements[i] *= byRow[i / columns];
          }
          return ofType(elements, x.type(), place);
        };
    Tensor tensor =
        x.known().isHeld()
            ? new Tensor(x.type(), x.shape(), scaled.get())
            : Tensor.onDemand(x.type(), x.shape(), x.known().isFinite(), scaled);
    return x.isPublic() && factors.isPublic() ? constant(tensor) : weight(tensor);
  }

  /**
   * What was computed of known tensors beside this program.
   *
   * @param weight whether of weights, too
   */
  public Value folded(Tensor tensor, boolean weight) {
    Tensor checked =
        new Tensor(tensor.type(), tensor.shape(), ofType(tensor.elements(), tensor.type(), where));
    return weight && tensor.shape().size() > 0 ? weight(checked) : constant(checked);
  }

  /** A function of known integers or reals, as shape arithmetic needs it. */
  public Value fold(Value x, Value y, ElementType type, DoubleBinaryOperator f) {
    Shape shape = common(x, y);
    double[] a = broadcast(x, shape).known().elements();
    double[] b = broadcast(y, shape).known().elements();
    double[] z = new double[a.length];
    for (int i = 0; i < z.length; i++) {
      z[i] = f.applyAsDouble(a[i], b[i]);
    }
    Tensor tensor = new Tensor(type, shape, ofType(z, type, where));
    return x.isPublic() && y.isPublic() ? constant(tensor) : weight(tensor);
  }

  /** Sums with public weights. */
  public Value weigh(
      Value x, Shape shape, IntFunction<int[]> places, IntFunction<double[]> weights) {
    List<int[]> allPlaces = new ArrayList<>();
    List<double[]> allWeights = new ArrayList<>();
    for (int i = 0; i < shape.size(); i++) {
      allPlaces.add(places.apply(i));
      allWeights.add(weights.apply(i));
      spend(PLACES_OVERHEAD + 2L * allPlaces.getLast().length);
    }
    return emit(new Weighted(x, shape, allPlaces, allWeights));
  }

  /** Sums over axes, times a factor, keeping the axes with length 1. */
  public Value sumOver(Value x, List<Integer> axes, boolean mean) {
    Shape kept = x.shape();
    int count = 1;
    for (int axis : axes) {
      count = Math.multiplyExact(count, Dims.dim(kept, axis));
      kept = Dims.with(kept, axis, 1);
    }
    if (x.shape().size() == 0) {
      return constant(new Tensor(x.type(), kept, new double[kept.size()]));
    }
    int length = count;
    double factor = mean ? 1.0 / length : 1;
    double[] weights = new double[length];
    Arrays.fill(weights, factor);
    Value rows = reshape(toFront(x, axes), Dims.shape(length, kept.size()));
    int columns = kept.size();
    return weigh(
        rows,
        kept,
        j -> {
          int[] places = new int[length];
          Arrays.setAll(places, i -> i * columns + j);
          return places;
        },
        _ -> weights);
  }

  /** The tensor with some axes before all others, in the same order. */
  public Value toFront(Value x, List<Integer> axes) {
    List<Integer> order = new ArrayList<>(axes);
    order.addAll(Dims.without(x.shape().rank(), axes));
    return transpose(x, order);
  }

  /** The elements of a known value, which decide what is computed: of weights it is noted. */
  public Tensor publish(Value value) {
    if (value.visibility() == Visibility.WEIGHT) {
      published.add(value.where());
    }
    return value.known();
  }

  /** The program that computes some of the values. */
  public Program build(List<Program.Named> inputs, List<Program.Named> outputs) {
    Program program = Program.of(inputs, outputs, List.copyOf(published));
    Infinities.requireTaken(program);
    return program;
  }
}
