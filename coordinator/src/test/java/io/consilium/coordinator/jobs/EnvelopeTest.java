package io.consilium.coordinator.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.config.StrictYaml;
import io.consilium.coordinator.contract.FailureKind;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EnvelopeTest {

  private static final String GOOD =
      "{'kind':'train','name':'risk','parties':['a','b','c','d'],'computeParties':['d','a','b'],"
          + "'dataset':{'anything':1}}";

  private Consortium consortium;

  @BeforeEach
  void fourParties() throws Exception {
    consortium =
        StrictYaml.parse(
            """
            consortium: heart-study
            coordinator: {name: x, control: "h:1", api: "h:2"}
            parties:
              - {name: a, control: "h:3", data: "h:4"}
              - {name: b, control: "h:5", data: "h:6"}
              - {name: c, control: "h:7", data: "h:8"}
              - {name: d, control: "h:9", data: "h:10"}
            """,
            "consortium.yaml",
            Consortium.class);
  }

  @Test
  void readsItsFourKeysOnly() throws Exception {
    Envelope envelope = read(GOOD);

    assertThat(envelope.computeParties()).containsExactly("d", "a", "b");
    assertThat(envelope.parties()).containsExactly("a", "b", "c", "d");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          'kind':'train', |                  | key "kind" is missing
          'train'         | 'predict'        | "kind" should be "train"
          'risk'          | 'Risk!'          | "name" should be a small letter
          'd'],'comp      | 'e'],'comp       | which is not a party of heart-study
          'd'],'comp      | 'a'],'comp       | "parties" names a party twice
          ['d','a','b']   | ['a','b']        | names 2 parties; the protocol runs between exactly three
          ['d','a','b']   | ['a','b','b']    | "computeParties" names a party twice
          'c','d'],       | 'c'],            | names "d", which is not among "parties"
          ['d','a','b']   | 7                | "computeParties" should be a list of party names
          {'kind'         | ['kind'          | not well-formed JSON
          'dataset'       | 'dataHolders':['a','a'],'dataset' | "dataHolders" names a party twice
          'dataset'       | 'dataHolders':['e'],'dataset'     | only parties of "parties"
          'dataset'       | 'dataHolders':[],'dataset'        | at least one party
          'train'         | 'import'         | "owner" is missing
          'kind':'train'  | 'owner':'e','kind':'import'       | "owner" names a party that is not
          """)
  void refusesEverythingElseWithTheKey(String before, String after, String expected) {
    String bad = GOOD.replace(before.strip(), after == null ? "" : after.strip());

    assertThatThrownBy(() -> read(bad))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.BAD_DATA))
        .hasMessageContaining(expected);
  }

  @Test
  void aPartyTakesNoManifestThatLeavesItOut() throws Exception {
    byte[] manifest = GOOD.replace("'c',", "").replace('\'', '"').getBytes(StandardCharsets.UTF_8);

    assertThat(Envelope.readAt("a", manifest, consortium).parties()).containsExactly("a", "b", "d");
    assertThatThrownBy(() -> Envelope.readAt("c", manifest, consortium))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("does not name c");
  }

  private Envelope read(String json) throws RefusedException {
    return Envelope.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), consortium);
  }
}
