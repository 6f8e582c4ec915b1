package io.consilium.protocols.rep3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** In a small ring, one corrupted party sees exactly the same for every secret. */
final class ViewTest {
  private static Stream<Subject> subjects() {
    Stream<Subject> openings =
        Stream.of(1, 2).flatMap(k -> Stream.of(Catalogue.opening(k), Catalogue.openingToClient(k)));
    return Stream.of(Catalogue.masked().stream(), Catalogue.larger().stream(), openings)
        .flatMap(s -> s);
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void noPartyTellsSecretsApart(Subject subject) {
    assertThat(ViewCheck.leak(subject)).isEmpty();
  }

  private static List<Subject> masked() {
    return Catalogue.masked();
  }

  /** Each mask of each protocol, bit plane by bit plane, is zero once, and somebody sees it. */
  @ParameterizedTest
  @MethodSource("masked")
  void everyMaskIsNeeded(Subject subject) {
    List<ViewCheck.MaskSlot> slots = ViewCheck.masksOf(subject);

    assertThat(slots).isNotEmpty();
    for (ViewCheck.MaskSlot slot : slots) {
      assertThat(ViewCheck.leak(without(subject, slot))).as("without %s", slot).isPresent();
    }
  }

  private static Subject without(Subject subject, ViewCheck.MaskSlot slot) {
    return subject.tampered(
        subject.name() + " without a mask",
        (share, masks) ->
            (address, words, count) -> {
              masks.apply(share).fill(address, words, count);
              if (share == slot.share() && address.equals(slot.address())) {
                int length = count / slot.slots();
                Arrays.fill(words, slot.slot() * length, (slot.slot() + 1) * length, 0);
              }
            });
  }
}
