package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Functions;
import io.consilium.inference.onnx.program.MatrixProduct;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * RNN, LSTM and GRU: forward, reverse and in both directions, unrolled step by step. What the input
 * contributes is one product for all steps. Lengths of sequences are public.
 *
 * <p>Shapes: X [steps, batch, inputs], W [directions, gates * hidden, inputs], R [directions, gates
 * * hidden, hidden], B [directions, 2 * gates * hidden]; with layout 1 the batch comes first.
 */
record Recurrent(Cells cells) implements Operator {
  /** One direction: its weights and activations. */
  record Direction(
      Call call,
      Cells cells,
      int number,
      int hidden,
      Value weights,
      Value recurrence,
      Optional<Value> bias,
      Optional<Value> peepholes,
      List<String> activations) {
    ProgramBuilder p() {
      return call.program();
    }

    boolean isSet(String attribute) {
      return call.attributes().integer(attribute, 0) != 0;
    }

    /** The columns of one gate. */
    Value block(Value sums, int gate) {
      return columns(p(), sums, gate * hidden, (gate + 1) * hidden);
    }

    /** What a state contributes to some gates. */
    Value recurrent(Value state, int from, int to) {
      Value rows = rows(p(), recurrence, from * hidden, to * hidden);
      return product(p(), state, rows, Optional.empty());
    }

    Value recurrentBias(int gate) {
      int all = cells.gates() * hidden;
      return bias.map(b -> part(p(), b, all + gate * hidden, all + (gate + 1) * hidden))
          .orElseGet(() -> p().constant(0));
    }

    Value withPeephole(Value sum, int vector, Value cell) {
      return peepholes
          .map(all -> part(p(), all, vector * hidden, (vector + 1) * hidden))
          .map(weight -> p().add(sum, p().multiply(cell, weight)))
          .orElse(sum);
    }

    /** An activation of a gate, whose argument is cut off if the node says so. */
    Value activated(int which, Value x) {
      Optional<Double> clip = call.attributes().real("clip");
      return unclipped(which, clip.map(limit -> p().clip(x, -limit, limit)).orElse(x));
    }

    Value unclipped(int which, Value x) {
      int place = number * cells.activations().size() + which;
      return function(call, activations.get(which), place, x);
    }
  }

  @Override
  public List<Value> translate(Call call) {
    // Parameters of activations that have none are left aside.
    var _ = call.attributes().reals("activation_alpha");
    var _ = call.attributes().reals("activation_beta");
    var _ = call.attributes().real("clip");
    ProgramBuilder p = call.program();
    boolean batchFirst = call.attributes().integer("layout", 0) != 0;
    Value x = batchFirst ? p.transpose(call.input(0), List.of(1, 0, 2)) : call.input(0);
    if (x.shape().rank() != 3) {
      throw call.refusal("its input has the shape " + x.shape() + ", and no steps and batch");
    }
    int hidden = Dims.dim(call.input(2).shape(), 2);
    long declared = call.attributes().integer("hidden_size", hidden);
    if (declared != hidden) {
      throw call.refusal("'hidden_size' is " + declared + ", and the weights have " + hidden);
    }
    List<Boolean> reversed = directions(call);
    List<Outputs> outputs = new ArrayList<>();
    for (int d = 0; d < reversed.size(); d++) {
      outputs.add(run(direction(call, d, hidden), x, reversed.get(d), batchFirst));
    }
    return joined(p, x, hidden, outputs, batchFirst);
  }

  private static List<Boolean> directions(Call call) {
    String direction = call.attributes().text("direction", "forward").toLowerCase(Locale.ROOT);
    return switch (direction) {
      case "forward" -> List.of(false);
      case "reverse" -> List.of(true);
      case "bidirectional" -> List.of(false, true);
      default -> throw call.refusal("the direction '" + direction + "' is not supported");
    };
  }

  private Direction direction(Call call, int d, int hidden) {
    ProgramBuilder p = call.program();
    int activations = cells.activations().size();
    List<String> named =
        call.attributes()
            .texts("activations")
            .map(all -> all.subList(d * activations, (d + 1) * activations))
            .orElse(cells.activations());
    return new Direction(
        call,
        cells,
        d,
        hidden,
        ofDirection(p, call.input(1), d),
        ofDirection(p, call.input(2), d),
        call.optional(3).map(all -> ofDirection(p, all, d)),
        cells.peepholes() > 0
            ? call.optional(7).map(all -> ofDirection(p, all, d))
            : Optional.empty(),
        named);
  }

  // ---- steps
  // -------------------------------------------------------------------------------------

  /** [batch, hidden] for every step, and the last state. */
  private record Outputs(List<Value> steps, Cells.State last) {}

  private Outputs run(Direction d, Value x, boolean reversed, boolean batchFirst) {
    ProgramBuilder p = d.p();
    int steps = Dims.dim(x.shape(), 0);
    int batch = Dims.dim(x.shape(), 1);
    Value rows = p.reshape(x, Shape.matrix(steps * batch, Dims.dim(x.shape(), 2)));
    Value all = product(p, rows, d.weights(), inputBias(d));
    Cells.State state = first(d, batch, batchFirst);
    List<Value> outputs = new ArrayList<>(java.util.Collections.nCopies(steps, state.hidden()));
    for (int i = 0; i < steps; i++) {
      int t = reversed ? steps - 1 - i : i;
      Value own = rows(p, all, t * batch, (t + 1) * batch);
      Cells.State next = cells.step().next(d, own, state);
      Optional<Value> lasts = lasting(d.call(), t, batch, d.hidden());
      outputs.set(
          t,
          lasts
              .map(mask -> p.choose(mask, next.hidden(), zeros(p, batch, d.hidden())))
              .orElse(next.hidden()));
      Cells.State before = state;
      state = lasts.map(mask -> chosen(p, mask, next, before)).orElse(next);
    }
    return new Outputs(outputs, state);
  }

  private static Cells.State chosen(
      ProgramBuilder p, Value mask, Cells.State next, Cells.State before) {
    return new Cells.State(
        p.choose(mask, next.hidden(), before.hidden()),
        next.cell().map(cell -> p.choose(mask, cell, before.cell().orElseThrow())));
  }

  /** The biases that are added to what the input contributes. */
  private Optional<Value> inputBias(Direction d) {
    int all = cells.gates() * d.hidden();
    boolean apart = cells.equals(Cells.GRU) && d.isSet("linear_before_reset");
    return d.bias()
        .map(both -> {
          Value ofInput = part(d.p(), both, 0, all);
          Value ofState = part(d.p(), both, all, 2 * all);
          if (!apart) {
            return d.p().add(ofInput, ofState);
          }
          // The last gate's is added before its reset.
          int end = 2 * d.hidden();
          Value some = d.p().add(part(d.p(), ofInput, 0, end), part(d.p(), ofState, 0, end));
          return d.p().concatenate(List.of(some, part(d.p(), ofInput, end, all)), 0);
        });
  }

  private Cells.State first(Direction d, int batch, boolean batchFirst) {
    Value hidden = initial(d, 5, batch, batchFirst);
    return new Cells.State(
        hidden,
        cells.equals(Cells.LSTM)
            ? Optional.of(initial(d, 6, batch, batchFirst))
            : Optional.empty());
  }

  private static Value initial(Direction d, int input, int batch, boolean batchFirst) {
    ProgramBuilder p = d.p();
    return d.call()
        .optional(input)
        .map(all -> batchFirst ? p.transpose(all, List.of(1, 0, 2)) : all)
        .map(all -> ofDirection(p, all, d.number()))
        .orElseGet(() -> zeros(p, batch, d.hidden()));
  }

  /** Which sequences last until a step, if not all do. */
  private static Optional<Value> lasting(Call call, int step, int batch, int hidden) {
    if (!call.has(4)) {
      return Optional.empty();
    }
    List<Long> lengths = call.integers(4);
    double[] lasts = new double[batch * hidden];
    Arrays.setAll(lasts, i -> step < lengths.get(i / hidden) ? 1 : 0);
    boolean all = Arrays.stream(lasts).allMatch(z -> z == 1);
    Tensor mask = new Tensor(ElementType.BOOL, Shape.matrix(batch, hidden), lasts);
    return all ? Optional.empty() : Optional.of(call.program().constant(mask));
  }

  /** Y, Y_h and Y_c. */
  private static List<Value> joined(
      ProgramBuilder p, Value x, int hidden, List<Outputs> directions, boolean batchFirst) {
    int batch = Dims.dim(x.shape(), 1);
    int steps = Dims.dim(x.shape(), 0);
    List<Value> all = new ArrayList<>();
    for (int t = 0; t < steps; t++) {
      for (Outputs direction : directions) {
        all.add(direction.steps().get(t));
      }
    }
    Value y = p.reshape(p.concatenate(all, 0), Dims.shape(steps, directions.size(), batch, hidden));
    List<Value> results = new ArrayList<>();
    results.add(batchFirst ? p.transpose(y, List.of(2, 0, 1, 3)) : y);
    results.add(last(p, directions.stream().map(o -> o.last().hidden()).toList(), batchFirst));
    if (directions.getFirst().last().cell().isPresent()) {
      results.add(
          last(
              p, directions.stream().map(o -> o.last().cell().orElseThrow()).toList(), batchFirst));
    }
    return results;
  }

  private static Value last(ProgramBuilder p, List<Value> states, boolean batchFirst) {
    Shape state = states.getFirst().shape();
    Shape shape = Dims.shape(states.size(), state.rows(), state.columns());
    Value all = p.reshape(p.concatenate(states, 0), shape);
    return batchFirst ? p.transpose(all, List.of(1, 0, 2)) : all;
  }

  // ---- parts
  // -------------------------------------------------------------------------------------

  private static Value zeros(ProgramBuilder p, int rows, int columns) {
    Shape shape = Shape.matrix(rows, columns);
    return p.constant(new Tensor(ElementType.FLOAT, shape, new double[shape.size()]));
  }

  /** Without the first dimension, at a place in it. */
  private static Value ofDirection(ProgramBuilder p, Value all, int d) {
    List<Integer> dimensions = all.shape().dimensions();
    Shape shape = new Shape(dimensions.subList(1, dimensions.size()));
    Shape flat = Shape.vector(all.shape().size());
    return p.reshape(
        part(p, p.reshape(all, flat), d * shape.size(), (d + 1) * shape.size()), shape);
  }

  private static Value part(ProgramBuilder p, Value vector, int from, int to) {
    return whole(vector, from, to)
        ? vector
        : p.gather(
            vector,
            Shape.vector(to - from),
            Dims.walk(Shape.vector(to - from), from, new int[] {1}));
  }

  private static boolean whole(Value vector, int from, int to) {
    return from == 0 && to == vector.shape().size();
  }

  private static Value rows(ProgramBuilder p, Value x, int from, int to) {
    int columns = x.shape().columns();
    Shape shape = Shape.matrix(to - from, columns);
    return from == 0 && to == x.shape().rows()
        ? x
        : p.gather(x, shape, Dims.walk(shape, from * columns, new int[] {columns, 1}));
  }

  private static Value columns(ProgramBuilder p, Value x, int from, int to) {
    int columns = x.shape().columns();
    Shape shape = Shape.matrix(x.shape().rows(), to - from);
    return from == 0 && to == columns
        ? x
        : p.gather(x, shape, Dims.walk(shape, from, new int[] {columns, 1}));
  }

  /** [m, k] times the transpose of [n, k]. */
  private static Value product(ProgramBuilder p, Value x, Value y, Optional<Value> bias) {
    Value left = p.reshape(x, Dims.shape(1, x.shape().rows(), x.shape().columns()));
    Value right = p.reshape(y, Dims.shape(1, y.shape().rows(), y.shape().columns()));
    Value z = p.emit(new MatrixProduct(left, right, true, bias), ElementType.FLOAT);
    return p.reshape(z, Shape.matrix(x.shape().rows(), y.shape().rows()));
  }

  /** A named activation, with its parameters at a place of the node's lists. */
  private static Value function(Call call, String name, int place, Value x) {
    ProgramBuilder p = call.program();
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "sigmoid" -> p.apply(Functions.SIGMOID, x);
      case "tanh" -> p.apply(Functions.TANH, x);
      case "relu" -> p.rectify(x);
      case "softplus" -> p.apply(Functions.SOFTPLUS, x);
      case "affine" ->
          p.add(
              p.multiply(x, real(call, "activation_alpha", place, 1)),
              real(call, "activation_beta", place, 0));
      case "leakyrelu" -> {
        double alpha = real(call, "activation_alpha", place, 0.01);
        yield p.add(p.multiply(p.rectify(x), 1 - alpha), p.multiply(x, alpha));
      }
      case "hardsigmoid" -> {
        double alpha = real(call, "activation_alpha", place, 0.2);
        double beta = real(call, "activation_beta", place, 0.5);
        yield p.clip(p.add(p.multiply(x, alpha), beta), 0, 1);
      }
      case "softsign" -> {
        Value magnitude = p.subtract(p.multiply(p.rectify(x), 2), x);
        yield p.divide(x, p.add(magnitude, 1));
      }
      default -> throw call.refusal("the activation '" + name + "' is not supported");
    };
  }

  private static double real(Call call, String attribute, int place, double otherwise) {
    return call.attributes()
        .reals(attribute)
        .filter(all -> place < all.size())
        .map(all -> all.get(place))
        .orElse(otherwise);
  }
}
