package io.consilium.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.consilium.inference.onnx.program.Calibration;
import io.consilium.inference.onnx.program.Interval;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.program.Ranges;
import io.consilium.inference.onnx.program.SecretRun;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Backend;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Cost;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.rep3.ThreeParties;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** Programs on shares, in the clear reference, and on outlines agree. */
final class SecretRunTest {
  private static final Interval INPUT = new Interval(-2, 2);

  record Prepared(Program program, Ranges ranges, List<double[]> sample, double[] exact) {}

  static Prepared prepared(TestNetwork network) {
    Program program = network.program();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
    List<double[]> sample = new ArrayList<>();
    for (Program.Named input : program.inputs()) {
      double[] x = new double[input.value().shape().size()];
      Arrays.setAll(x, _ -> random.nextDouble(-2, 2));
      sample.add(x);
    }
    Calibration calibration = Calibration.of(program, List.of(sample));
    List<Interval> intervals = sample.stream().map(_ -> INPUT).toList();
    double[] exact = calibration.outputs().getFirst().getFirst();
    return new Prepared(program, Ranges.of(program, intervals, calibration), sample, exact);
  }

  private static SecretTensor input(Backend b, Prepared p, Value value, double[] elements) {
    FixedPoint format = SecretRun.format(p.ranges(), value);
    boolean owns = !(b instanceof Rep3Backend rep3) || rep3.self() == ComputeParty.P0;
    return b.input(
        ComputeParty.P0, value.shape(), format, owns ? format.encode(elements) : new long[0]);
  }

  /** The first output, and what the program alone declared. */
  record Outcome(double[] output, Cost cost) {}

  static Outcome run(Backend b, Prepared p) {
    List<SecretTensor> inputs = new ArrayList<>();
    for (int i = 0; i < p.sample().size(); i++) {
      inputs.add(input(b, p, p.program().inputs().get(i).value(), p.sample().get(i)));
    }
    List<SecretTensor> weights = new ArrayList<>();
    p.program().weights().forEach(w -> weights.add(input(b, p, w, w.known().elements())));
    Cost before = b.declared();
    SecretTensor y =
        new SecretRun(p.program(), p.ranges(), b)
            .run(inputs, weights, SecretRun.Observer.NONE)
            .getFirst();
    Cost cost = b.declared().since(before);
    return new Outcome(y.format().decode(b.open(y, ThreeParties.any())), cost);
  }

  @Test
  void sharesAgreeWithTheClear() {
    Prepared p = prepared(TestNetwork.images());

    ThreeParties.Outcome<Outcome> shares = new ThreeParties(7).run(b -> run(b, p));

    assertThat(shares.results().getFirst().output()).containsExactly(p.exact(), within(2e-3));
    for (Outcome other : shares.results()) {
      assertThat(other.output()).isEqualTo(shares.results().getFirst().output());
    }
  }

  /** The reference checks every promised range. */
  @Test
  void theReferenceKeepsAllPromises() {
    Prepared p = prepared(TestNetwork.images());

    assertThat(run(new ClearBackend(), p).output()).containsExactly(p.exact(), within(2e-3));
  }

  @Test
  void aPlanIsWhatTheChannelsCount() {
    Prepared p = prepared(TestNetwork.images());

    OnnxPlan plan = OnnxPlan.of(p.program(), p.ranges());
    ThreeParties.Outcome<Outcome> shares = new ThreeParties(7).run(b -> run(b, p));

    assertThat(shares.results().getFirst().cost()).isEqualTo(plan.total());
    assertThat(shares.counted().bytes()).isEqualTo(shares.declared().bytes());
    assertThat(shares.counted().rounds()).isLessThanOrEqualTo(shares.declared().rounds());
    assertThat(plan.lines().stream().map(OnnxPlan.Line::cost).reduce(Cost.NONE, Cost::then))
        .isEqualTo(plan.total());
  }

  @Test
  void normalisationAndBatchedProductsAgree() {
    TestNetwork network =
        new TestNetwork()
            .input("x", 2, 3, 4)
            .input("y", 2, 4, 3)
            .node("MatMul", "x y", "a")
            .reals("s", 1, 2, 0.5f)
            .reals("t", 0, 1, -1)
            .node("Mul", "a a", "sq")
            .node("Add", "sq one", "positive")
            .reals("one", 1)
            .node("Sqrt", "positive", "root")
            .node("Div", "a root", "b")
            .integers("axis", 1)
            .node("ReduceMax", "b axis", "c")
            .node("Exp", "c", "z")
            .output("z");
    Prepared p = prepared(network);

    double[] shares = new ThreeParties(2).run(b -> run(b, p)).results().getFirst().output();

    assertThat(shares).containsExactly(p.exact(), within(3e-3));
    assertThat(run(new ClearBackend(), p).output()).containsExactly(p.exact(), within(3e-3));
  }

  @Test
  void aValueThatNoFormatHoldsIsRefusedByItsNode() {
    Program program =
        new TestNetwork()
            .input("x", 4)
            .reals("large", 1e6f)
            .node("Mul", "x large", "a")
            .node("Mul", "a large", "y")
            .output("y")
            .program();

    assertThatThrownBy(() -> Ranges.of(program, List.of(INPUT), Calibration.none()))
        .isInstanceOf(ModelRefused.class)
        .hasMessageContaining("Mul 'the Mul'")
        .hasMessageContaining("fixed-point format");
  }

  @Test
  void aLogarithmOfANegativeNumberIsRefusedUnlessSamplesTellOtherwise() {
    Program program =
        new TestNetwork()
            .input("x", 4)
            .node("ReduceSum", "x", "a")
            .node("Log", "a", "y")
            .output("y")
            .program();

    assertThatThrownBy(() -> Ranges.of(program, List.of(INPUT), Calibration.none()))
        .isInstanceOf(ModelRefused.class)
        .hasMessageContaining("Log 'the Log'")
        .hasMessageContaining("negative");
    Calibration samples = Calibration.of(program, List.of(List.of(new double[] {1, 1, 1, 1})));
    Value logarithm = program.outputs().getFirst().value();
    assertThat(Ranges.of(program, List.of(INPUT), samples).of(logarithm).isFinite()).isTrue();
  }
}
