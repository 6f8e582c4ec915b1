package io.consilium.party.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.config.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PartyConfigTest {

  @TempDir private Path directory;

  private PartyConfig load(String text) throws Exception {
    Path file = Files.createDirectories(directory.resolve("conf")).resolve("party.yaml");
    Files.writeString(file, text);
    return PartyConfig.load(file);
  }

  @Test
  void readsEveryKeyAndResolvesPathsAgainstItsOwnPlace() throws Exception {
    PartyConfig config =
        load(
            """
            identity: ../identity
            consortium: consortium.yaml
            state: /var/lib/consilium
            datasets: datasets.yaml
            policy: ./policy.yaml
            bind: 0.0.0.0
            metrics: 127.0.0.1:9464
            """);

    Path here = directory.toAbsolutePath();
    assertThat(config.identity()).isEqualTo(here.resolve("identity"));
    assertThat(config.consortium()).isEqualTo(here.resolve("conf/consortium.yaml"));
    assertThat(config.state()).isEqualTo(Path.of("/var/lib/consilium"));
    assertThat(config.datasets()).contains(here.resolve("conf/datasets.yaml"));
    assertThat(config.policy()).isEqualTo(here.resolve("conf/policy.yaml"));
    assertThat(config.bind()).contains("0.0.0.0");
    assertThat(config.metrics()).contains(new Endpoint("127.0.0.1", 9464));
  }

  @Test
  void letsAPartyHaveNoData() throws Exception {
    PartyConfig config = load("{identity: i, consortium: c.yaml, state: s, policy: p.yaml}");

    assertThat(config.datasets()).isEmpty();
    assertThat(config.bind()).isEmpty();
    assertThat(config.metrics()).isEmpty();
  }

  @Test
  void refusesUnknownAndMissingKeys() {
    assertThatThrownBy(() -> load("{identity: i, consortium: c, state: s, policy: p, polcy: q}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("party.yaml, line 1")
        .hasMessageContaining("polcy");
    assertThatThrownBy(() -> load("{identity: i, consortium: c, state: s}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("policy");
  }
}
