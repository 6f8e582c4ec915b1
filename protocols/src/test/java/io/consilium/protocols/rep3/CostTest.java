package io.consilium.protocols.rep3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.consilium.protocols.Backend;
import io.consilium.protocols.Cost;
import io.consilium.protocols.SecretProduct;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ring.ConvolutionGeometry;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an instruction declares is what the channels count: the bytes of all payloads, and the
 * longest chain of messages that depend on each other.
 */
final class CostTest {
  private static final long SEED = 20260723L;

  private static Cost counted(Instructions.Instruction instruction, int n) {
    Cost inPieces = counted(new ThreeParties(SEED).inPieces(128), instruction, n);
    Cost counted = counted(new ThreeParties(SEED), instruction, n);
    assertThat(inPieces).as("cut into pieces").isEqualTo(counted);
    return counted;
  }

  private static Cost counted(ThreeParties parties, Instructions.Instruction instruction, int n) {
    ThreeParties.Outcome<Cost> outcome =
        parties.run(backend -> {
          instruction.program().run(backend, Instructions.Operands.shared(backend.self(), n));
          return backend.declared();
        });
    assertThat(outcome.results()).as("declared by every party").containsOnly(outcome.declared());
    assertThat(outcome.declared()).as("as a plan declares").isEqualTo(instruction.declared(n));
    return outcome.counted();
  }

  private static List<Instructions.Instruction> common() {
    return Instructions.common();
  }

  @ParameterizedTest
  @MethodSource("common")
  void everyInstructionSendsWhatItDeclares(Instructions.Instruction instruction) {
    for (int n : new int[] {0, 1, 2, 63, 64, 65, 127, 1000}) {
      assertThat(counted(instruction, n)).as("%d elements", n).isEqualTo(instruction.declared(n));
    }
  }

  private static Stream<Instructions.Instruction> widths() {
    return Stream.of(
            IntStream.rangeClosed(2, 64).mapToObj(Instructions::negative),
            IntStream.rangeClosed(2, 64).mapToObj(Instructions::bitsOf),
            IntStream.rangeClosed(1, 60).mapToObj(Instructions::truncate),
            IntStream.rangeClosed(1, 60).mapToObj(Instructions::truncateExactly),
            IntStream.rangeClosed(1, 62).mapToObj(Instructions::wordToArithmetic))
        .flatMap(s -> s);
  }

  @Test
  void everyWidthSendsWhatItDeclares() {
    widths()
        .forEach(instruction -> {
          for (int n : new int[] {1, 67}) {
            assertThat(counted(instruction, n))
                .as("%s, %d elements", instruction, n)
                .isEqualTo(instruction.declared(n));
          }
        });
  }

  private static List<Instructions.Instruction> functions() {
    return Instructions.functions();
  }

  /**
   * The sum of the rounds is an upper bound: an instruction may start before the last has ended.
   */
  @ParameterizedTest
  @MethodSource("functions")
  void everyFunctionSendsTheBytesItDeclares(Instructions.Instruction function) {
    for (int n : new int[] {1, 65}) {
      Cost counted = counted(function, n);

      assertThat(counted.bytes()).as("%d elements", n).isEqualTo(function.declared(n).bytes());
      assertThat(counted.rounds()).isBetween(1L, function.declared(n).rounds());
    }
  }

  @Test
  void agreementsOfTheSessionSendWhatTheyDeclare() {
    byte[] id = {1, 2, 3};
    List<Consumer<Rep3Backend>> agreements =
        List.of(
            Rep3Backend::compareOpened,
            backend -> backend.compareShares(id, List.of()),
            backend -> {
              var _ = backend.exchangePublic(7);
            });
    for (Consumer<Rep3Backend> agreement : agreements) {
      ThreeParties.Outcome<Cost> outcome =
          new ThreeParties(SEED)
              .run(backend -> {
                agreement.accept(backend);
                return backend.declared();
              });

      assertThat(outcome.counted()).isEqualTo(outcome.declared());
      assertThat(outcome.results()).containsOnly(outcome.declared());
    }
  }

  private static List<Instructions.Instruction> lists() {
    return List.of(
        new Instructions.Instruction(
            "three products",
            (b, o) -> {
              var _ = b.multiply(thrice(o.x()), thrice(o.y()));
            }),
        new Instructions.Instruction(
            "three products of matrices",
            (b, o) -> {
              SecretTensor column = b.reshape(o.x(), Shape.matrix(o.size(), 1));
              var _ = b.products(thrice(new SecretProduct.OfMatrices(column, true, column, false)));
            }),
        new Instructions.Instruction(
            "a product of matrices, a convolution and its gradients",
            (b, o) -> {
              List<Integer> one = List.of(1);
              ConvolutionGeometry g =
                  new ConvolutionGeometry(o.size(), 1, 1, 1, List.of(3), List.of(2), one, one, one);
              SecretTensor column = b.reshape(o.x(), Shape.matrix(o.size(), 1));
              SecretTensor input = zeros(b, g.inputShape());
              SecretTensor weights = zeros(b, g.weightShape());
              SecretTensor error = zeros(b, g.outputShape());
              var _ =
                  b.products(
                      List.of(
                          new SecretProduct.Convolution(g, weights, input),
                          new SecretProduct.InputGradient(g, weights, error),
                          new SecretProduct.OfMatrices(column, true, column, false),
                          new SecretProduct.WeightGradient(g, input, error)));
            }),
        new Instructions.Instruction(
            "three truncations",
            (b, o) -> {
              var _ = b.truncate(thrice(o.wide(b)), new int[] {5, 16, 27});
            }),
        new Instructions.Instruction(
            "three AND",
            (b, o) -> {
              var _ = b.and(thrice(o.p()), thrice(o.q()));
            }),
        new Instructions.Instruction(
            "three conversions and three selections",
            (b, o) -> {
              var _ = b.bitProducts(thrice(o.p()), thrice(o.q()), thrice(o.x()));
            }));
  }

  private static SecretTensor zeros(Backend b, List<Integer> dimensions) {
    Shape shape = new Shape(dimensions);
    return b.constant(shape, Instructions.F16, new long[shape.size()]);
  }

  private static <T> List<T> thrice(T operand) {
    return List.of(operand, operand, operand);
  }

  @ParameterizedTest
  @MethodSource("lists")
  void aListRunsInTheRoundsOfOne(Instructions.Instruction list) {
    Cost counted = counted(list, 65);

    assertThat(counted).isEqualTo(list.declared(65));
    assertThat(counted.rounds()).isLessThanOrEqualTo(2);
  }

  /** The figures of the protocol specification, in bytes per element and rounds. */
  @Test
  void costsAreThoseOfTheSpecification() {
    costs(Instructions.input(), 8, 1);
    costs(Instructions.product(), 24, 1);
    costs(Instructions.matrixProduct(), 24, 1);
    costs(Instructions.convolution(), 24, 1);
    costs(Instructions.dotRows(), 24, 1);
    costs(Instructions.truncate(16), 8, 2);
    costs(Instructions.fixedPointProduct(), 32, 3);
    costs(Instructions.open(), 24, 1);
    costs(Instructions.share(), 0, 0);
    costs(Instructions.and(), 3 / 8.0, 1);
    costs(Instructions.toArithmetic(), 24, 2);
    costs(Instructions.select(), 32, 2);
    costs(Instructions.relu(), 54, 7);
    costs(Instructions.wordToArithmetic(32), 210, 2);
    costs(Instructions.negative(24), 15.75, 5);
    costs(Instructions.negative(32), 22, 5);
    costs(Instructions.negative(40), 27.875, 6);
    costs(Instructions.negative(48), 34.125, 6);
    costs(Instructions.negative(64), 46.625, 6);
    costs(Instructions.bitsOf(32), 43.125, 6);
    costs(Instructions.truncateExactly(16), 48.75, 5);
  }

  private static void costs(Instructions.Instruction instruction, double bytes, long rounds) {
    int n = 64_000;
    Cost cost = instruction.declared(n);

    assertThat((double) cost.bytes() / n).as(instruction.name()).isCloseTo(bytes, within(1e-9));
    assertThat(cost.rounds()).as(instruction.name()).isEqualTo(rounds);
  }
}
