package io.consilium.inference.onnx;

import static io.consilium.inference.onnx.OperatorTest.gives;
import static io.consilium.inference.onnx.TestNetwork.number;
import static io.consilium.inference.onnx.TestNetwork.real;
import static io.consilium.inference.onnx.TestNetwork.text;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Recurrent networks against the equations of the standard, written once more in doubles. */
final class RecurrentTest {
  private static final int STEPS = 3;
  private static final int BATCH = 2;
  private static final int INPUTS = 2;
  private static final int HIDDEN = 2;

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);

  private double[] reals(int count) {
    float[] floats = floats(count);
    double[] reals = new double[count];
    for (int i = 0; i < count; i++) {
      reals[i] = floats[i];
    }
    return reals;
  }

  private float[] floats(int count) {
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = (float) random.nextDouble(-1, 1);
    }
    return floats;
  }

  /** The equations, for one direction and sequence. */
  private record Cell(
      String kind, boolean linear, float[] w, float[] r, float[] b, int direction, int gates) {
    double gate(int gate, int unit, double[] x, double[] h, boolean withState, boolean withBias) {
      int rows = gates * HIDDEN;
      int row = direction * rows + gate * HIDDEN + unit;
      double sum = withBias ? b[direction * 2 * rows + gate * HIDDEN + unit] : 0;
      sum += withBias && withState ? b[direction * 2 * rows + rows + gate * HIDDEN + unit] : 0;
      for (int i = 0; i < INPUTS; i++) {
        sum += w[row * INPUTS + i] * x[i];
      }
      for (int i = 0; withState && i < HIDDEN; i++) {
        sum += r[row * HIDDEN + i] * h[i];
      }
      return sum;
    }

    private double state(int gate, int unit, double[] h) {
      double[] none = new double[INPUTS];
      int rows = gates * HIDDEN;
      return gate(gate, unit, none, h, true, true) - b[direction * 2 * rows + gate * HIDDEN + unit];
    }

    private static double sigmoid(double x) {
      return 1 / (1 + Math.exp(-x));
    }

    void step(double[] x, double[] h, double[] c) {
      double[] old = h.clone();
      double[] reset = new double[HIDDEN];
      for (int j = 0; j < HIDDEN && kind.equals("GRU"); j++) {
        reset[j] = sigmoid(gate(1, j, x, old, true, true));
      }
      for (int j = 0; j < HIDDEN; j++) {
        switch (kind) {
          case "RNN" -> h[j] = Math.tanh(gate(0, j, x, old, true, true));
          case "LSTM" -> {
            double in = sigmoid(gate(0, j, x, old, true, true));
            double out = sigmoid(gate(1, j, x, old, true, true));
            double forget = sigmoid(gate(2, j, x, old, true, true));
            c[j] = forget * c[j] + in * Math.tanh(gate(3, j, x, old, true, true));
            h[j] = out * Math.tanh(c[j]);
          }
          default -> {
            double z = sigmoid(gate(0, j, x, old, true, true));
            double[] after = {reset[0] * old[0], reset[1] * old[1]};
            double candidate =
                linear
                    ? gate(2, j, x, old, false, true) + reset[j] * state(2, j, old)
                    : gate(2, j, x, old, false, true) + state(2, j, after);
            h[j] = (1 - z) * Math.tanh(candidate) + z * old[j];
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "RNN, forward, 0",
    "RNN, reverse, 0",
    "LSTM, forward, 0",
    "LSTM, reverse, 0",
    "LSTM, bidirectional, 0",
    "GRU, forward, 0",
    "GRU, forward, 1",
    "GRU, bidirectional, 1",
  })
  void stepsFollowTheEquations(String kind, String direction, int linear) {
    int gates = kind.equals("LSTM") ? 4 : kind.equals("GRU") ? 3 : 1;
    int directions = direction.equals("bidirectional") ? 2 : 1;
    double[] x = reals(STEPS * BATCH * INPUTS);
    float[] w = floats(directions * gates * HIDDEN * INPUTS);
    float[] r = floats(directions * gates * HIDDEN * HIDDEN);
    float[] b = floats(directions * 2 * gates * HIDDEN);
    float[] first = floats(directions * BATCH * HIDDEN);
    int[] lengths = {STEPS, STEPS - 1};
    double[] expected = new double[STEPS * directions * BATCH * HIDDEN];
    for (int d = 0; d < directions; d++) {
      Cell cell = new Cell(kind, linear == 1, w, r, b, d, gates);
      boolean reverse = direction.equals("reverse") || d == 1;
      for (int n = 0; n < BATCH; n++) {
        double[] h = new double[HIDDEN];
        for (int j = 0; j < HIDDEN; j++) {
          h[j] = first[(d * BATCH + n) * HIDDEN + j];
        }
        double[] c = new double[HIDDEN];
        for (int i = 0; i < lengths[n]; i++) {
          int t = reverse ? lengths[n] - 1 - i : i;
          int at = (t * BATCH + n) * INPUTS;
          cell.step(new double[] {x[at], x[at + 1]}, h, c);
          System.arraycopy(h, 0, expected, ((t * directions + d) * BATCH + n) * HIDDEN, HIDDEN);
        }
      }
    }

    TestNetwork network =
        new TestNetwork()
            .input("x", STEPS, BATCH, INPUTS)
            .tensor("w", List.of((long) directions, (long) gates * HIDDEN, (long) INPUTS), w)
            .tensor("r", List.of((long) directions, (long) gates * HIDDEN, (long) HIDDEN), r)
            .tensor("b", List.of((long) directions, 2L * gates * HIDDEN), b)
            .integers("lengths", STEPS, STEPS - 1)
            .tensor("h", List.of((long) directions, (long) BATCH, (long) HIDDEN), first);
    gives(
        (kind.equals("GRU")
                ? network.node(
                    kind,
                    "x w r b lengths h",
                    "y",
                    text("direction", direction),
                    number("hidden_size", HIDDEN),
                    number("linear_before_reset", linear))
                : network.node(
                    kind,
                    "x w r b lengths h",
                    "y",
                    text("direction", direction),
                    number("hidden_size", HIDDEN)))
            .output("y"),
        expected,
        x);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** All that an LSTM may have besides: peepholes, a first cell, a cut, and the batch first. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1})
  void cellsLookThroughPeepholes(long coupled) {
    double cut = 0.4;
    double[] x = reals(BATCH * STEPS * INPUTS);
    float[] w = floats(4 * HIDDEN * INPUTS);
    float[] r = floats(4 * HIDDEN * HIDDEN);
    float[] b = floats(8 * HIDDEN);
    float[] first = floats(BATCH * HIDDEN);
    float[] cells = floats(BATCH * HIDDEN);
    float[] peepholes = floats(3 * HIDDEN);
    Cell sums = new Cell("LSTM", false, w, r, b, 0, 4);
    double[] expected = new double[BATCH * STEPS * HIDDEN];
    for (int n = 0; n < BATCH; n++) {
      double[] h = {first[n * HIDDEN], first[n * HIDDEN + 1]};
      double[] c = {cells[n * HIDDEN], cells[n * HIDDEN + 1]};
      for (int t = 0; t < STEPS; t++) {
        int at = (n * STEPS + t) * INPUTS;
        double[] now = {x[at], x[at + 1]};
        double[] old = h.clone();
        for (int j = 0; j < HIDDEN; j++) {
          double in = sums.gate(0, j, now, old, true, true) + peepholes[j] * c[j];
          double forget = sums.gate(2, j, now, old, true, true) + peepholes[2 * HIDDEN + j] * c[j];
          double candidate = sums.gate(3, j, now, old, true, true);
          double open = sigmoid(Math.clamp(in, -cut, cut));
          double kept = coupled == 1 ? 1 - open : sigmoid(Math.clamp(forget, -cut, cut));
          c[j] = kept * c[j] + open * Math.tanh(Math.clamp(candidate, -cut, cut));
          double out = sums.gate(1, j, now, old, true, true) + peepholes[HIDDEN + j] * c[j];
          h[j] = sigmoid(Math.clamp(out, -cut, cut)) * Math.tanh(c[j]);
        }
        System.arraycopy(h, 0, expected, (n * STEPS + t) * HIDDEN, HIDDEN);
      }
    }

    gives(
        new TestNetwork()
            .input("x", BATCH, STEPS, INPUTS)
            .tensor("w", List.of(1L, 4L * HIDDEN, (long) INPUTS), w)
            .tensor("r", List.of(1L, 4L * HIDDEN, (long) HIDDEN), r)
            .tensor("b", List.of(1L, 8L * HIDDEN), b)
            .integers("lengths", STEPS, STEPS)
            .tensor("h", List.of((long) BATCH, 1L, (long) HIDDEN), first)
            .tensor("c", List.of((long) BATCH, 1L, (long) HIDDEN), cells)
            .tensor("p", List.of(1L, 3L * HIDDEN), peepholes)
            .node(
                "LSTM",
                "x w r b lengths h c p",
                "y",
                number("hidden_size", HIDDEN),
                number("layout", 1),
                number("input_forget", coupled),
                real("clip", cut))
            .output("y"),
        expected,
        x);
  }
}
