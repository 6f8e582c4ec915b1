package io.consilium.inference.onnx;

import static io.consilium.inference.onnx.TestNetwork.attribute;
import static io.consilium.inference.onnx.TestNetwork.number;
import static io.consilium.inference.onnx.TestNetwork.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.consilium.inference.onnx.SampleFolder.DataSet;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Footprint;
import io.consilium.inference.onnx.program.Instruction;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.program.SecretRun;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Backend;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Cost;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.rep3.ThreeParties;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Several records are answered in the rounds of one, and each gets its own answer. */
final class RecordsTest {
  private static final int RECORDS = 3;
  private static final long SEED = 17;

  /** A network with several records to ask it about: for each the elements of every input. */
  private record Asked(CalibratedModel model, List<List<double[]>> records) {
    static Asked of(TestNetwork network, OutputRule output, boolean open, int count) {
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
      OnnxFile.Model file = network.model();
      List<List<double[]>> records = new ArrayList<>();
      List<DataSet> samples = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        List<Tensor> tensors = new ArrayList<>();
        for (Program.Named input : network.program().inputs()) {
          Shape shape = input.value().shape();
          double[] x = random.doubles(shape.size(), -2, 2).toArray();
          tensors.add(new Tensor(ElementType.FLOAT, shape, x));
        }
        records.add(tensors.stream().map(Tensor::elements).toList());
        samples.add(new DataSet(tensors, List.of()));
      }
      return new Asked(CalibratedModel.of(file, samples, count, open, output), records);
    }

    Program program() {
      return model.program();
    }

    Cost plan() {
      return OnnxPlan.of(program(), model.ranges()).total();
    }

    /** Every output of a record, in floating point. */
    List<double[]> exact(int record) {
      return program().evaluate(records.get(record), (_, _) -> {});
    }
  }

  /** What the records are answered with, by output and record, and what it cost. */
  private record Answers(List<List<double[]>> outputs, Cost cost) {
    static Answers of(Backend b, Asked asked, int recordsMax) {
      List<SecretTensor> inputs = new ArrayList<>();
      for (int i = 0; i < asked.program().inputs().size(); i++) {
        int place = i;
        double[] all =
            asked.records().stream()
                .flatMapToDouble(record -> Arrays.stream(record.get(place)))
                .toArray();
        inputs.add(shared(b, asked, asked.program().inputs().get(i).value(), all));
      }
      List<SecretTensor> weights = new ArrayList<>();
      for (Value weight : asked.program().weights()) {
        weights.add(shared(b, asked, weight, weight.known().elements()));
      }
      int records = asked.records().size();
      Cost before = b.declared();
      List<SecretTensor> outputs =
          new RecordPasses(recordsMax)
              .run(
                  b,
                  inputs,
                  records,
                  some ->
                      new SecretRun(asked.program(), asked.model().ranges(), b)
                          .run(some, weights, SecretRun.Observer.NONE));
      Cost cost = b.declared().since(before);
      List<List<double[]>> opened = new ArrayList<>();
      for (SecretTensor output : outputs) {
        double[] all = output.format().decode(b.open(output, ThreeParties.any()));
        int size = all.length / records;
        List<double[]> byRecord = new ArrayList<>();
        for (int i = 0; i < records; i++) {
          byRecord.add(Arrays.copyOfRange(all, i * size, (i + 1) * size));
        }
        opened.add(byRecord);
      }
      return new Answers(opened, cost);
    }

    private static SecretTensor shared(Backend b, Asked asked, Value value, double[] elements) {
      FixedPoint format = SecretRun.format(asked.model().ranges(), value);
      boolean owns = !(b instanceof Rep3Backend rep3) || rep3.self() == ComputeParty.P0;
      return b.input(
          ComputeParty.P0,
          Shape.vector(elements.length),
          format,
          owns ? format.encode(elements) : new long[0]);
    }
  }

  private static Asked asked(TestNetwork network) {
    return Asked.of(network, OutputRule.LOGITS, false, RECORDS);
  }

  private static void areExact(Answers answers, Asked asked, double error) {
    for (int record = 0; record < asked.records().size(); record++) {
      List<double[]> exact = asked.exact(record);
      for (int output = 0; output < exact.size(); output++) {
        assertThat(answers.outputs().get(output).get(record))
            .as("output %d of record %d", output, record)
            .containsExactly(exact.get(output), within(error));
      }
    }
  }

  /** On shares and in the reference, at the declared cost, in the rounds of one. */
  private static void areTogether(Asked asked, double error) {
    ThreeParties.Outcome<Answers> shares =
        new ThreeParties(5).run(b -> Answers.of(b, asked, RECORDS));

    Answers answers = shares.results().getFirst();
    areExact(answers, asked, error);
    areExact(Answers.of(new ClearBackend(), asked, RECORDS), asked, error);
    Cost plan = asked.plan();
    assertThat(answers.cost().rounds()).isEqualTo(plan.rounds());
    // Bits of several records travel in the same words, and a weight is shortened once.
    assertThat(answers.cost().bytes())
        .isGreaterThan(plan.bytes())
        .isLessThanOrEqualTo(plan.bytes() * asked.records().size());
    assertThat(shares.counted().bytes()).isEqualTo(shares.declared().bytes());
    assertThat(shares.counted().rounds()).isLessThanOrEqualTo(shares.declared().rounds());
  }

  // ---- networks of every instruction -----------------------------------------------------------

  /** Two secrets times each other, with each other compared, one over the other. */
  private static TestNetwork pairs() {
    return new TestNetwork()
        .input("x", 1, 2, 4, 4)
        .input("y", 1, 2, 4, 4)
        .weights("w", 1, 1, 2, 4, 4)
        .tensor("low", List.of(), -1.5f)
        .tensor("high", List.of(), 2)
        .node("MatMul", "x y", "m")
        .node("Add", "m w", "a")
        .node("Clip", "a low high", "c")
        .node("Mul", "c y", "p")
        .node("Exp", "c", "e")
        .node("Div", "p e", "q")
        .node("Less", "x y", "l")
        .node("Where", "l q c", "r")
        .node("Concat", "r c", "j", number("axis", 3))
        .integers("pads", 0, 0, 1, 0, 0, 0, 0, 1)
        .node("Pad", "j pads", "d")
        .output("d");
  }

  /** Pools of several sizes, enlarged, and times a weight from the left. */
  private static TestNetwork pools() {
    return new TestNetwork()
        .input("x", 1, 2, 6, 6)
        .node("AveragePool", "x", "a", attribute("kernel_shape", 2, 2), attribute("strides", 2, 2))
        .node(
            "MaxPool",
            "x",
            "b",
            attribute("kernel_shape", 3, 3),
            attribute("strides", 2, 2),
            attribute("pads", 1, 1, 1, 1))
        .node("Concat", "a b", "c", number("axis", 1))
        .reals("roi")
        .reals("scales", 1, 1, 2, 2)
        .node("Resize", "c roi scales", "d", text("mode", "linear"))
        .weights("w", 1, 3, 6)
        .node("MatMul", "w d", "y")
        .output("y")
        .output("b");
  }

  /** A convolution whose kernel and bias come with the question, and a sum of it with weights. */
  private static TestNetwork secretKernel() {
    return new TestNetwork()
        .input("x", 2, 2, 5, 5)
        .input("w", 3, 2, 3, 3)
        .input("b", 3)
        .weights("v", 1, 1, 3, 3, 3)
        .node("Conv", "x w b", "c")
        .node("Mul", "c v", "y")
        .output("y");
  }

  private static TestNetwork best() {
    return new TestNetwork()
        .input("x", 1, 5, 3)
        .node("ArgMax", "x", "y", number("axis", 1))
        .output("y");
  }

  /** Numbers rounded, chosen by a secret, and the largest of them with their places. */
  private static TestNetwork orders() {
    return new TestNetwork()
        .input("x", 2, 5)
        .input("y", 2, 5)
        .node("Round", "x", "r")
        .node("Floor", "y", "f")
        .node("Less", "x y", "l")
        .node("Where", "l r f", "c")
        .integers("k", 2)
        .node("TopK", "y k", "v p")
        .output("c")
        .output("v")
        .output("p");
  }

  private static TestNetwork scores() {
    return new TestNetwork()
        .input("x", 1, 7)
        .weights("w", 1, 7, 6)
        .node("MatMul", "x w", "y")
        .output("y");
  }

  private static Asked topThree() {
    return Asked.of(scores(), new OutputRule(OutputRule.Kind.TOP_K, 3), false, RECORDS);
  }

  @Test
  void imagesAreAnsweredTogether() {
    areTogether(asked(TestNetwork.images()), 3e-3);
  }

  @Test
  void pairsOfInputsStayPairs() {
    areTogether(asked(pairs()), 5e-3);
  }

  @Test
  void poolsAndEnlargementsAreAnsweredTogether() {
    areTogether(asked(pools()), 3e-3);
  }

  @Test
  void kernelsMayDifferByRecord() {
    areTogether(asked(secretKernel()), 3e-3);
  }

  @Test
  void everyRecordHasItsOwnBest() {
    areTogether(asked(best()), 0);
    areTogether(topThree(), 0);
    areTogether(Asked.of(scores(), OutputRule.CLASS, false, RECORDS), 0);
  }

  @Test
  void everyRecordIsRoundedChosenAndOrdered() {
    areTogether(asked(orders()), 1e-5);
  }

  @Test
  void publicWeightsServeAllRecords() {
    areTogether(Asked.of(TestNetwork.images(), OutputRule.LOGITS, true, RECORDS), 3e-3);
    areTogether(Asked.of(pairs(), OutputRule.LOGITS, true, RECORDS), 5e-3);
  }

  @Test
  void everyInstructionOccurs() throws IOException, URISyntaxException {
    Set<Class<?>> tested = new HashSet<>();
    for (Asked asked :
        List.of(
            asked(TestNetwork.images()),
            asked(pairs()),
            asked(pools()),
            asked(secretKernel()),
            asked(best()),
            asked(orders()),
            topThree())) {
      asked.program().computed().forEach(x -> tested.add(x.origin().orElseThrow().getClass()));
    }

    assertThat(tested).containsExactlyInAnyOrderElementsOf(instructions());
  }

  /** The classes of the package that are instructions. */
  private static Set<Class<?>> instructions() throws IOException, URISyntaxException {
    URI folder = Instruction.class.getResource("Instruction.class").toURI().resolve(".");
    Set<Class<?>> found = new HashSet<>();
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".class") && !name.startsWith("package-info")) {
          Class<?> type = classOf(name.substring(0, name.length() - ".class".length()));
          if (Instruction.class.isAssignableFrom(type) && !type.isInterface()) {
            found.add(type);
          }
        }
      }
    }
    return found;
  }

  private static Class<?> classOf(String name) {
    try {
      return Class.forName(Instruction.class.getPackageName() + "." + name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  // ---- cost and memory -------------------------------------------------------------------------

  /** 64 elements wherever there are bits, so that none share a word. */
  @Test
  void bytesGrowWithTheRecordsAndRoundsDoNot() {
    TestNetwork network =
        new TestNetwork()
            .input("x", 1, 64)
            .weights("w", 0.1, 64, 64)
            .node("MatMul", "x w", "a")
            .node("Relu", "a", "b")
            .node("Sigmoid", "b", "y")
            .output("y");
    Asked asked = Asked.of(network, OutputRule.LOGITS, false, 5);

    Cost five = Answers.of(new ClearBackend(), asked, 5).cost();

    assertThat(five.rounds()).isEqualTo(asked.plan().rounds());
    assertThat(five.bytes()).isEqualTo(5 * asked.plan().bytes());
  }

  @Test
  void moreThanFitTakeSeveralPasses() {
    Asked asked = Asked.of(TestNetwork.images(), OutputRule.LOGITS, false, 5);
    List<Integer> sizes = new ArrayList<>();
    ClearBackend b = new ClearBackend();
    SecretTensor numbers =
        b.constant(Shape.vector(5), FixedPoint.INTEGER, new long[] {3, 1, 4, 1, 5});

    SecretTensor same =
        new RecordPasses(2)
            .run(
                b,
                List.of(numbers),
                5,
                some -> {
                  sizes.add(some.getFirst().size());
                  return some;
                })
            .getFirst();
    ThreeParties.Outcome<Answers> shares = new ThreeParties(5).run(x -> Answers.of(x, asked, 2));

    assertThat(sizes).containsExactly(1, 2, 2);
    assertThat(ClearBackend.codes(same)).containsExactly(3, 1, 4, 1, 5);
    areExact(shares.results().getFirst(), asked, 3e-3);
    assertThat(shares.results().getFirst().cost().rounds()).isEqualTo(3 * asked.plan().rounds());
    assertThat(shares.counted().bytes()).isEqualTo(shares.declared().bytes());
  }

  @Test
  void aLargeNetworkTakesOneRecordAtATime() {
    Program small = scores().program();
    Program large =
        new TestNetwork()
            .input("x", 1, 4, 2_048, 2_048)
            .node("Relu", "x", "y")
            .output("y")
            .program();

    assertThat(Footprint.recordsMax(small)).isGreaterThan(1_000);
    assertThat(Footprint.recordsMax(large)).isEqualTo(1);
  }
}
