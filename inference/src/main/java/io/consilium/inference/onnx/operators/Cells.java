package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cells of recurrent networks: what one step makes of the input and of the state.
 *
 * @param gates how many blocks of rows the weights have
 * @param activations their names, where the node gives none
 * @param peepholes how many vectors of peepholes there may be
 */
record Cells(int gates, List<String> activations, int peepholes, Step step) {
  /**
   * The state of one direction.
   *
   * @param hidden [batch, hidden]
   * @param cell the same, if there is one
   */
  record State(Value hidden, Optional<Value> cell) {}

  /** One step. */
  @FunctionalInterface
  interface Step {
    /**
     * The next state.
     *
     * @param x of every gate what the input and the biases contribute, [batch, gates * hidden]
     */
    State next(Recurrent.Direction direction, Value x, State before);
  }

  /** A single gate. */
  static final Cells RNN =
      new Cells(
          1,
          List.of("Tanh"),
          0,
          (d, x, before) -> {
            Value sum = d.p().add(x, d.recurrent(before.hidden(), 0, 1));
            return new State(d.activated(0, sum), Optional.empty());
          });

  /** Gates input, output, forget, cell, as ONNX orders them. */
  static final Cells LSTM =
      new Cells(4, List.of("Sigmoid", "Tanh", "Tanh"), 3, Cells::longShortTerm);

  /** Gates update, reset, hidden. */
  static final Cells GRU = new Cells(3, List.of("Sigmoid", "Tanh"), 0, Cells::gated);

  private static State longShortTerm(Recurrent.Direction d, Value x, State before) {
    ProgramBuilder p = d.p();
    Value sums = p.add(x, d.recurrent(before.hidden(), 0, 4));
    Value old = before.cell().orElseThrow();
    Value input = d.activated(0, d.withPeephole(d.block(sums, 0), 0, old));
    Value forget =
        d.isSet("input_forget")
            ? p.add(p.negate(input), 1)
            : d.activated(0, d.withPeephole(d.block(sums, 2), 2, old));
    Value candidate = d.activated(1, d.block(sums, 3));
    Value cell = p.add(p.multiply(forget, old), p.multiply(input, candidate));
    Value output = d.activated(0, d.withPeephole(d.block(sums, 1), 1, cell));
    Value hidden = p.multiply(output, d.unclipped(2, cell));
    return new State(hidden, Optional.of(cell));
  }

  private static State gated(Recurrent.Direction d, Value x, State before) {
    ProgramBuilder p = d.p();
    Value old = before.hidden();
    boolean linear = d.isSet("linear_before_reset");
    List<Value> gates = new ArrayList<>();
    Value all = d.recurrent(old, 0, linear ? 3 : 2);
    for (int gate = 0; gate < 2; gate++) {
      gates.add(d.activated(0, p.add(d.block(x, gate), d.block(all, gate))));
    }
    Value reset = gates.get(1);
    Value remembered =
        linear
            ? p.multiply(reset, p.add(d.block(all, 2), d.recurrentBias(2)))
            : d.recurrent(p.multiply(reset, old), 2, 3);
    Value candidate = d.activated(1, p.add(d.block(x, 2), remembered));
    // (1 - z) h + z H = h + z (H - h)
    Value hidden = p.add(candidate, p.multiply(gates.getFirst(), p.subtract(old, candidate)));
    return new State(hidden, Optional.empty());
  }
}
