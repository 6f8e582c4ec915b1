package io.consilium.coordinator.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.coordinator.TestConsortium;
import io.consilium.coordinator.identity.Principal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WatchedFileTest {

  @TempDir private Path directory;

  private static String read(Path file) throws ConfigException {
    try {
      String text = Files.readString(file);
      if (!text.startsWith("good")) {
        throw new ConfigException("It should begin with good.");
      }
      return text;
    } catch (IOException e) {
      throw new ConfigException("It cannot be read.");
    }
  }

  private static boolean twice(BooleanSupplier look) {
    boolean first = look.getAsBoolean();
    return look.getAsBoolean() || first;
  }

  @Test
  void aChangeCountsOnceItIsTheSameAtTwoLooks() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "good 1");
    WatchedFile<String> watched = WatchedFile.open(file, WatchedFileTest::read);
    assertThat(watched.refresh()).isFalse();

    Files.writeString(file, "good 2 is being wri");
    assertThat(watched.refresh()).isFalse();
    Files.writeString(file, "good 2 is being written");
    assertThat(watched.refresh()).isFalse();
    assertThat(watched.get()).isEqualTo("good 1");

    assertThat(watched.refresh()).isTrue();
    assertThat(watched.get()).isEqualTo("good 2 is being written");
    assertThat(watched.refresh()).isFalse();
  }

  @Test
  void whatIsWrongOrGoneChangesNothing() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "good 1");
    WatchedFile<String> watched = WatchedFile.open(file, WatchedFileTest::read);

    Files.writeString(file, "bad");
    assertThat(twice(watched::refresh)).isFalse();
    Files.delete(file);
    assertThat(twice(watched::refresh)).isFalse();
    assertThat(watched.get()).isEqualTo("good 1");
    Files.writeString(file, "good 3");

    assertThat(twice(watched::refresh)).isTrue();
    assertThat(watched.get()).isEqualTo("good 3");
  }

  @Test
  void aNodesOwnEntryStaysAsItIs() throws Exception {
    Path file = TestConsortium.of(directory, "a", "b").file();
    String before = Files.readString(file);
    Membership members = Membership.open(file, Principal.party("a"));
    int ownPort = members.get().party("a").orElseThrow().control().port();
    int otherPort = members.get().party("b").orElseThrow().control().port();

    Files.writeString(file, before.replace(":" + ownPort, ":1"));
    assertThat(twice(members::refresh)).isFalse();
    Files.writeString(file, before.replace(":" + otherPort, ":1"));

    assertThat(twice(members::refresh)).isTrue();
    assertThat(members.get().party("b").orElseThrow().control().port()).isEqualTo(1);
    assertThat(members.get().party("a").orElseThrow().control().port()).isEqualTo(ownPort);
  }
}
