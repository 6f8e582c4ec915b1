package io.consilium.party;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.JobView;
import io.consilium.party.cli.Shell;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hospital's disk is full, and files of its state are damaged or gone. */
final class StateChaosIT {
  private static final String VICTIM = "hospital-b";

  @TempDir private Path directory;

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private static Shell.Result party(ChaosNodes nodes, String verb, Object... more) {
    Object[] all = new Object[more.length + 4];
    all[0] = "party";
    all[1] = verb;
    all[2] = "--config";
    all[3] = nodes.consortium().config(VICTIM);
    System.arraycopy(more, 0, all, 4, more.length);
    return Shell.run(all);
  }

  private static void fill(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int size = 1 << 16; size > 0; size >>= 4) {
        byte[] block = new byte[size];
        try {
          while (true) {
            out.write(block);
          }
        } catch (IOException full) {
          // Smaller blocks fill what is left.
        }
      }
    }
  }

  @Test
  void aFullDiskStopsAHospitalCleanlyAndItGoesOnByItself() throws Exception {
    Path state = directory.resolve(VICTIM).resolve("state");
    Files.createDirectories(state);
    boolean mounted =
        run("mount", "-t", "tmpfs", "-o", "size=16m,mode=0700", "tmpfs", state.toString()) == 0;
    assumeThat(mounted).as("a small disk can be mounted, which needs root").isTrue();
    try (ChaosNodes nodes = ChaosNodes.serving(directory)) {
      Path filler = state.resolve("filler");
      fill(filler);

      JobView job = nodes.consortium().run(ChaosNodes.small());
      Shell.Result question = nodes.consortium().predict(ChaosNodes.MODEL, ChaosNodes.QUESTION);

      // The last page of the log may still take the line of the proposal.
      assertThat(job.status()).isIn(JobStatus.REFUSED, JobStatus.FAILED);
      assertThat(job.exitCode()).isEqualTo(75);
      assertThat(job.failure().orElseThrow().reason()).contains(VICTIM).contains("disk full");
      assertThat(question.exit()).isNotZero();
      assertThat(question.err()).contains("disk").doesNotContain("closed the connection");
      assertThat(nodes.process(VICTIM).isAlive()).isTrue();
      assertThat(party(nodes, "check", "--state").exit()).isEqualTo(75);

      Files.delete(filler);
      nodes.succeeds();
      nodes.untilAnswered();
      assertThat(party(nodes, "audit").out()).contains("audit.resumed");

      fill(filler);
      nodes.kill(VICTIM);
      assertThat(nodes.refusedStart(VICTIM, 75)).containsIgnoringCase("disk full");
      Files.delete(filler);
      nodes.start(VICTIM);
      nodes.consortium().untilUp(ChaosNodes.ALL);
      nodes.succeeds();
      assertThat(party(nodes, "audit", "--verify").exit()).isZero();
    } finally {
      int _ = run("umount", "-l", state.toString());
    }
  }

  @Test
  void damagedStateIsRefusedWithWhatToDoAndNothingIsReplaced() throws Exception {
    try (ChaosNodes nodes = ChaosNodes.serving(directory)) {
      assertThat(party(nodes, "check", "--state").exit()).isZero();
      nodes.stop(VICTIM);
      Path state = nodes.state(VICTIM);

      for (Path file : List.of(state.resolve("store.key"), state.resolve("audit.head.json"))) {
        byte[] good = Files.readAllBytes(file);
        byte[] changed = good.clone();
        changed[good.length / 2] ^= 1;
        Files.write(file, changed);
        assertThat(nodes.refusedStart(VICTIM, 65)).contains(file.getFileName().toString());
        assertThat(party(nodes, "check", "--state").exit()).isEqualTo(65);
        Files.delete(file);
        assertThat(nodes.refusedStart(VICTIM, 65))
            .contains(file.getFileName().toString())
            .contains("is missing");
        assertThat(file).doesNotExist();
        Files.write(file, good);
        assertThat(run("chmod", "600", file.toString())).isZero();
      }
      theWholeLogIsReplaced(nodes, state);
      aModelIsDamaged(nodes, state);
    }
  }

  private static void theWholeLogIsReplaced(ChaosNodes nodes, Path state) throws Exception {
    List<Path> log = List.of(state.resolve("audit.jsonl"), state.resolve("audit.head.json"));
    for (Path file : log) {
      Files.move(file, file.resolveSibling(file.getFileName() + ".kept"));
    }
    assertThat(nodes.refusedStart(VICTIM, 65)).contains("holds this party's signature over");
    for (Path file : log) {
      Files.deleteIfExists(file);
      Files.move(file.resolveSibling(file.getFileName() + ".kept"), file);
    }
    nodes.start(VICTIM);
    nodes.consortium().untilUp(ChaosNodes.ALL);
    nodes.untilAnswered();
    Shell.Result verified = party(nodes, "audit", "--verify");
    assertThat(verified.out()).contains("hospital-a keeps a signature over");
    assertThat(verified.exit()).isZero();
  }

  private static void aModelIsDamaged(ChaosNodes nodes, Path state) throws Exception {
    nodes.stop(VICTIM);
    Path model;
    try (Stream<Path> models = Files.list(state.resolve("store").resolve("model"))) {
      model = models.findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length / 2] ^= 1;
    Files.write(model, bytes);
    nodes.start(VICTIM);
    nodes.consortium().untilUp(ChaosNodes.ALL);

    Shell.Result question = nodes.consortium().predict(ChaosNodes.MODEL, ChaosNodes.QUESTION);

    assertThat(question.exit()).isNotZero();
    assertThat(question.err())
        .contains("cannot read its part of")
        .doesNotContain("closed the connection")
        .doesNotContain(model.getFileName().toString());
    assertThat(Files.readString(state.resolve("party.log")))
        .contains(model.getFileName().toString());
    assertThat(party(nodes, "check", "--state").exit()).isEqualTo(65);
    nodes.succeeds();
    nodes.untilAnswered();
  }
}
