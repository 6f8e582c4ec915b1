package io.consilium.party.node;

import io.consilium.coordinator.contract.Json;
import io.consilium.party.config.PartyConfig;
import io.consilium.party.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a running node tells about itself to whoever checks the site: a file in the state directory,
 * for its owner alone. It holds nothing of records, shares or keys.
 *
 * @param pid of the process
 * @param processStart when the process began, so that another process of that number is not taken
 *     for it
 * @param started when the node began
 * @param files SHA-256 of each configuration file as the node uses it, by path
 * @param joined since when the coordinator answers; empty while it does not
 */
record NodeFacts(
    long pid,
    Optional<Instant> processStart,
    Instant started,
    Map<String, String> files,
    Optional<Instant> joined) {
  private static final String FILE = "node.json";

  NodeFacts {
    files = Map.copyOf(files);
  }

  /** Facts of this process, which has just read its files and is not joined yet. */
  static NodeFacts ofThisProcess(PartyConfig config, Instant now) {
    return new NodeFacts(
        ProcessHandle.current().pid(),
        startOf(ProcessHandle.current()),
        now.truncatedTo(ChronoUnit.SECONDS),
        digests(config),
        Optional.empty());
  }

  NodeFacts withJoined(Optional<Instant> since) {
    return new NodeFacts(pid, processStart, started, files, since);
  }

  /** The same node after it has taken up its files anew. */
  NodeFacts withFiles(Map<String, String> digests) {
    return new NodeFacts(pid, processStart, started, digests, joined);
  }

  void write(Path state) throws IOException {
    PrivateFiles.replace(state.resolve(FILE), Json.bytes(this));
  }

  static void remove(Path state) throws IOException {
    Files.deleteIfExists(state.resolve(FILE));
  }

  /** What the node of this state directory said, if it still runs. */
  static Optional<NodeFacts> ofRunning(Path state) {
    try {
      NodeFacts facts = Json.read(Files.readAllBytes(state.resolve(FILE)), NodeFacts.class);
      return ProcessHandle.of(facts.pid())
          .filter(ProcessHandle::isAlive)
          .filter(process -> startOf(process).equals(facts.processStart()))
          .map(_ -> facts);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The files that are not as the node uses them. */
  List<Path> changed(PartyConfig config) {
    Map<String, String> now = digests(config);
    List<Path> changed = new ArrayList<>();
    new TreeMap<>(now)
        .forEach((file, digest) -> {
          if (!digest.equals(files.get(file))) {
            changed.add(Path.of(file));
          }
        });
    return changed;
  }

  /** SHA-256 of each configuration file, by path; of one that cannot be read, a word. */
  static Map<String, String> digests(PartyConfig config) {
    Map<String, String> digests = new TreeMap<>();
    List<Path> files = new ArrayList<>(List.of(config.consortium(), config.policy()));
    config.datasets().ifPresent(files::add);
    for (Path file : files) {
      digests.put(file.toString(), digest(file));
    }
    return digests;
  }

  private static String digest(Path file) {
    try {
      return sha256(Files.readAllBytes(file));
    } catch (IOException e) {
      return "unreadable";
    }
  }

  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static Optional<Instant> startOf(ProcessHandle process) {
    return process.info().startInstant();
  }
}
