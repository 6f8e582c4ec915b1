package io.consilium.party.node;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.consilium.coordinator.identity.Identity;
import io.consilium.party.audit.AuditEntry;
import io.consilium.party.audit.AuditLog;
import io.consilium.party.files.PrivateFiles;
import io.consilium.party.store.SealedStore;
import io.consilium.party.store.StoreKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Looks at every file of a party's state directory and says which are damaged and what to do.
 * Changes nothing, also while the node runs.
 */
public final class StateCheck {
  /** Less than this is too little for a node to go on for long. */
  private static final long ROOM_BYTES_MIN = 64L << 20;

  /** How far a file of JSON is read. */
  private static final long JSON_BYTES_MAX = 16L << 20;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final Path state;
  private final Identity identity;
  private final List<Finding> findings = new ArrayList<>();

  /** How bad it is. */
  public enum Result {
    /** As it should be. */
    PASS,
    /** Not now: the disk is nearly full, or the node has not run yet. */
    NOT_READY,
    /** Damaged. */
    FAIL
  }

  /**
   * One line of the report.
   *
   * @param detail what was found and, if something is wrong, what to do
   */
  public record Finding(String check, Result result, String detail) {}

  public StateCheck(Path state, Identity identity) {
    this.state = state;
    this.identity = identity;
  }

  /** Runs every check. */
  public List<Finding> run() throws IOException {
    if (!Files.isDirectory(state)) {
      add("state", Result.NOT_READY, state + " is not there: this party has not run yet.");
      return List.copyOf(findings);
    }
    room();
    store();
    audit();
    documents();
    return List.copyOf(findings);
  }

  private void add(String check, Result result, String detail) {
    findings.add(new Finding(check, result, detail));
  }

  private void room() throws IOException {
    long bytes = Files.getFileStore(state).getUsableSpace();
    boolean enough = bytes >= ROOM_BYTES_MIN;
    add(
        "disk",
        enough ? Result.PASS : Result.NOT_READY,
        (bytes >> 20) + " MB are free" + (enough ? "" : ": disk full, or nearly so; make room"));
  }

  private void store() throws IOException {
    SealedStore store;
    try {
      store = SealedStore.existing(state, identity.principal());
      add("store.key", Result.PASS, "is the key of the store");
    } catch (IOException e) {
      add("store.key", Result.FAIL, e.getMessage());
      return;
    }
    int whole = 0;
    int damaged = 0;
    for (StoreKey key : store.all()) {
      try {
        store.check(key);
        whole++;
      } catch (IOException e) {
        damaged++;
        add(
            "store",
            Result.FAIL,
            e.getMessage()
                + " Restore it from a copy, or delete it and train or import the model again.");
      }
    }
    add("store", damaged == 0 ? Result.PASS : Result.FAIL, whole + " sealed files are whole");
  }

  private void audit() throws IOException {
    if (!Files.exists(state.resolve("audit.jsonl"))) {
      add("audit log", Result.NOT_READY, "there is none: the node has not run yet");
      return;
    }
    try {
      List<AuditEntry> entries = AuditLog.verify(state, identity.trust(), identity.principal());
      add("audit log", Result.PASS, entries.size() + " lines are whole and signed");
    } catch (IOException e) {
      add("audit log", Result.FAIL, e.getMessage());
    }
  }

  /** Started jobs, approvals, releases, results and what else is written as JSON. */
  private void documents() throws IOException {
    int whole = 0;
    int damaged = 0;
    try (Stream<Path> all = Files.walk(state, 2)) {
      for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        String name = file.getFileName().toString();
        if (!name.endsWith(".json") || name.endsWith(PrivateFiles.TEMPORARY_SUFFIX)) {
          continue;
        }
        String folder = state.relativize(file).getName(0).toString();
        try {
          readJson(file);
          whole++;
        } catch (IOException e) {
          damaged++;
          add(folder, Result.FAIL, file + " is damaged. Restore it from a copy.");
        }
      }
    }
    add(
        "documents",
        damaged == 0 ? Result.PASS : Result.FAIL,
        whole + " files of approvals, results and other records are whole");
  }

  private static void readJson(Path file) throws IOException {
    if (Files.size(file) == 0 || Files.size(file) > JSON_BYTES_MAX) {
      throw new IOException("empty or too large");
    }
    if (JSON.readTree(Files.readAllBytes(file)).isMissingNode()) {
      throw new IOException("empty");
    }
  }
}
