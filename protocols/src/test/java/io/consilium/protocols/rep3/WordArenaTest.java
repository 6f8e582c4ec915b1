package io.consilium.protocols.rep3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Memory is used again within scopes, and never while somebody may still look at it. */
final class WordArenaTest {
  private static final long SEED = Long.getLong("seed", 20260723L);

  @Test
  void anArrayThatWasGivenBackIsTakenAgain() {
    WordArena arena = new WordArena(1000);
    int mark = arena.open();
    long[] first = arena.take(10);
    arena.close(mark, List.of());

    int again = arena.open();
    assertThat(arena.take(9)).hasSize(9);
    assertThat(arena.take(10)).isSameAs(first);
    assertThat(arena.take(10)).isNotSameAs(first);
    arena.close(again, List.of());
  }

  @Test
  void whatIsKeptBelongsToTheScopeAround() {
    WordArena arena = new WordArena(1000);
    int outer = arena.open();
    int inner = arena.open();
    long[] kept = arena.take(10);
    long[] other = arena.take(10);
    arena.close(inner, List.of(kept));

    assertThat(arena.take(10)).isSameAs(other);
    assertThat(arena.take(10)).isNotSameAs(kept);
    arena.close(outer, List.of());
    int next = arena.open();
    assertThat(List.of(arena.take(10), arena.take(10), arena.take(10))).contains(kept);
    arena.close(next, List.of());
  }

  @Test
  void outsideOfAnyScopeNothingIsUsedAgain() {
    WordArena arena = new WordArena(1000);
    int mark = arena.open();
    long[] kept = arena.take(10);
    arena.close(mark, List.of(kept));

    assertThat(arena.take(10)).isNotSameAs(kept).containsOnly(0);
  }

  @Test
  void noMoreLiesReadyThanIsAllowed() {
    WordArena arena = new WordArena(25);
    int mark = arena.open();
    long[] a = arena.take(10);
    long[] b = arena.take(10);
    long[] c = arena.take(10);
    long[] large = arena.take(26);
    arena.close(mark, List.of());

    int again = arena.open();
    assertThat(arena.take(26)).isNotSameAs(large);
    List<long[]> taken = List.of(arena.take(10), arena.take(10), arena.take(10));
    assertThat(taken.stream().filter(t -> List.of(a, b, c).contains(t)).count())
        .isLessThanOrEqualTo(2);
    arena.close(again, List.of());
  }

  private static SecretTensor constant(Rep3Backend b, long... codes) {
    return b.constant(Shape.vector(codes.length), FixedPoint.INTEGER, codes);
  }

  /** A loop in scopes gives what the same loop without them gives, and keeps its state apart. */
  @Test
  void aProgramInScopesComputesTheSame() {
    long[] expected = {3, -5, 7};
    for (int i = 0; i < 5; i++) {
      Arrays.setAll(expected, j -> expected[j] * 2 + 1);
    }

    long[] opened =
        ThreeParties.open(
            SEED,
            b -> {
              SecretTensor state = constant(b, 3, -5, 7);
              for (int i = 0; i < 5; i++) {
                SecretTensor before = state;
                state =
                    b.scoped(
                            () -> {
                              SecretTensor two = b.addCode(constant(b, 1, 1, 1), 1);
                              SecretTensor product = b.multiply(before, two);
                              return List.of(b.addCode(product, 1));
                            })
                        .getFirst();
              }
              return state;
            });

    assertThat(opened).isEqualTo(expected);
  }

  @Test
  void aTensorOfAScopeThatIsOverIsRefused() {
    assertThatThrownBy(() ->
            ThreeParties.open(
                SEED,
                b -> {
                  AtomicReference<SecretTensor> escaped = new AtomicReference<>();
                  var _ =
                      b.scoped(() -> {
                        escaped.set(b.multiply(constant(b, 1), constant(b, 2)));
                        return List.of();
                      });
                  return b.add(escaped.get(), escaped.get());
                }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("after its scope has ended");
  }
}
