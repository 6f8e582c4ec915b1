package io.consilium.party;

import io.consilium.coordinator.cli.ParentWatch;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A party's node in a process of its own, which ends with this one. */
final class NodeProcess {
  private NodeProcess() {}

  /**
   * Starts a node; what it prints goes to a file in its folder.
   *
   * @param options of its JVM
   */
  static Process start(TestConsortium consortium, String party, String... options)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC"));
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            "io.consilium.party.cli.PartyMain",
            "party",
            "run",
            "--config",
            consortium.config(party).toString()));
    File output = consortium.home(party).resolve("output.txt").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output));
    builder.environment().put(ParentWatch.VARIABLE, String.valueOf(ProcessHandle.current().pid()));
    return builder.start();
  }
}
