package io.consilium.coordinator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PrincipalTest {

  @Test
  void writesAndReadsItself() {
    for (Role role : Role.values()) {
      Principal principal = new Principal(role, "a-1");

      assertThat(Principal.parse(principal.toString())).contains(principal);
      assertThat(Principal.parseUri(principal.uri())).contains(principal);
    }
    assertThat(Principal.party("hospital-a").uri()).isEqualTo("urn:consilium:party:hospital-a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1a", "-a", "A", "a_b", "a.b", "a b", "../a", "a\n", "ä"})
  void refusesOtherNames(String name) {
    assertThat(Principal.isName(name)).isFalse();
    assertThatThrownBy(() -> Principal.party(name)).isInstanceOf(IllegalArgumentException.class);
    assertThat(Principal.parse("party:" + name)).isEmpty();
  }

  @Test
  void boundsTheLengthOfANameAndOfItsMessage() {
    assertThat(Principal.isName("a".repeat(39))).isTrue();
    assertThat(Principal.isName("a".repeat(40))).isFalse();
    assertThatThrownBy(() -> Principal.party("A".repeat(100_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "party", "party:", ":a", "Party:a", "officer:a", "party:a:b"})
  void readsNothingElse(String text) {
    assertThat(Principal.parse(text)).isEmpty();
  }
}
