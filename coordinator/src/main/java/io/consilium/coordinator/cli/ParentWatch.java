package io.consilium.coordinator.cli;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Ends this process when the one that started it is gone, however that came about. For programs
 * that start nodes and must leave none behind; they put their process id into {@link #VARIABLE}.
 */
public final class ParentWatch {

  /** The environment variable with the process id to watch. */
  public static final String VARIABLE = "CONSILIUM_PARENT";

  /** How long an orderly end may take. */
  private static final long GOODBYE_SECONDS_MAX = 10;

  private ParentWatch() {}

  /** Begins to watch, if the environment says so. */
  public static void begin() {
    String parent = System.getenv(VARIABLE);
    if (parent == null) {
      return;
    }
    Optional<ProcessHandle> watched = handle(parent);
    Thread watch =
        new Thread(
            () -> {
              watched.map(ProcessHandle::onExit).ifPresent(CompletableFuture::join);
              end();
            },
            "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  /** Empty if there is no such process (any more). */
  private static Optional<ProcessHandle> handle(String processId) {
    try {
      return ProcessHandle.of(Long.parseLong(processId));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static void end() {
    // Shutdown hooks close the node; one that hangs must not keep the process.
    CompletableFuture.delayedExecutor(GOODBYE_SECONDS_MAX, TimeUnit.SECONDS)
        .execute(() -> Runtime.getRuntime().halt(ExitCode.PEER_UNAVAILABLE));
    System.exit(ExitCode.PEER_UNAVAILABLE);
  }
}
