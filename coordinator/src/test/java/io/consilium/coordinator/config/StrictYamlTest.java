package io.consilium.coordinator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StrictYamlTest {

  private static final String GOOD =
      """
      consortium: heart-study
      coordinator: {name: coordinator, control: "127.0.0.1:17350", api: "127.0.0.1:17360"}
      parties:
        - {name: hospital-a, control: "127.0.0.1:17351", data: "127.0.0.1:17361"}
        - {name: hospital-b, control: "127.0.0.1:17352", data: "127.0.0.1:17362"}
      """;

  @TempDir private Path directory;

  @Test
  void readsTheConsortiumFile() throws Exception {
    Consortium consortium = StrictYaml.parse(GOOD, "consortium.yaml", Consortium.class);

    assertThat(consortium.partyNames()).containsExactly("hospital-a", "hospital-b");
    assertThat(consortium.coordinator().api()).isEqualTo(new Endpoint("127.0.0.1", 17360));
    assertThat(consortium.party("hospital-b").orElseThrow().data().port()).isEqualTo(17362);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          data:     | date:            | unknown key "parties[0].date". Did you mean "data"?
          parties:  | partys:          | unknown key "partys". Did you mean "parties"?
          17351     | 99999            | "parties[0].control" has port 99999
          17361     | x                | "parties[0].data" should be host:port
          hospital-b| hospital-a       | uses the name hospital-a more than once
          17362     | 17361            | uses the address 127.0.0.1:17361 more than once
          hospital-a| Hospital A       | a name is a small letter
          heart-study| [a, b]          | "consortium" should be text
          """)
  void saysWhereAndWhatIsWrong(String before, String after, String expected) {
    String bad = GOOD.replaceFirst(before, after);

    assertThatThrownBy(() -> StrictYaml.parse(bad, "consortium.yaml", Consortium.class))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("consortium.yaml, line ")
        .hasMessageContaining(expected);
  }

  @Test
  void namesAMissingKey() {
    String bad = GOOD.replace(", api: \"127.0.0.1:17360\"", "");

    assertThatThrownBy(() -> StrictYaml.parse(bad, "consortium.yaml", Consortium.class))
        .hasMessageContaining("the key \"coordinator.api\" is missing or empty");
  }

  @Test
  void refusesDuplicateKeysTrailingDocumentsAndEmptyFiles() {
    assertThatThrownBy(() -> StrictYaml.parse(GOOD + "consortium: x\n", "f.yaml", Consortium.class))
        .hasMessageContaining("consortium");
    assertThatThrownBy(() -> StrictYaml.parse(GOOD + "---\na: 1\n", "f.yaml", Consortium.class))
        .isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> StrictYaml.parse("", "f.yaml", Consortium.class))
        .hasMessageContaining("empty");
  }

  @Test
  void saysThatAFileIsMissing() {
    Path missing = directory.resolve("no.yaml");

    assertThatThrownBy(() -> StrictYaml.read(missing, Consortium.class))
        .hasMessage(missing + " does not exist. Looked for " + missing + ".");
  }

  @Test
  void resolvesPathsAgainstTheFileThatNamesThem() throws Exception {
    Path file = directory.resolve("coordinator.yaml");
    Files.writeString(file, "identity: id\nconsortium: ../c.yaml\nstate: /var/state\n");

    CoordinatorConfig config = CoordinatorConfig.load(file);

    assertThat(config.identity()).isEqualTo(directory.resolve("id"));
    assertThat(config.consortium()).isEqualTo(directory.getParent().resolve("c.yaml"));
    assertThat(config.state()).isEqualTo(Path.of("/var/state"));
    assertThat(config.partyWaitMax().toSeconds()).isEqualTo(60);
  }

  @Test
  void doesNotQuoteValuesInSyntaxErrors() {
    assertThatThrownBy(
            () -> StrictYaml.parse("a: [1, 2\nb: canary-4711", "f.yaml", Consortium.class))
        .isInstanceOf(ConfigException.class)
        .hasMessageNotContaining("canary-4711");
  }
}
