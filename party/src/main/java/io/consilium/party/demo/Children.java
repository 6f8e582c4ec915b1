package io.consilium.party.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The processes that were started, every one of which is stopped: at the end, when a step fails,
 * and, by a shutdown hook, on Ctrl-C or SIGTERM. If this process is killed outright, each child
 * notices by itself ({@link io.consilium.coordinator.cli.ParentWatch}).
 */
public final class Children implements AutoCloseable {

  private final Duration goodbyeMax;
  private final List<Process> started = new ArrayList<>();
  private final Thread hook;
  private boolean ending;

  private Children(Duration goodbyeMax, Runnable onSignal) {
    this.goodbyeMax = goodbyeMax;
    this.hook =
        new Thread(
            () -> {
              onSignal.run();
              stopForGood();
            },
            "stop-children");
  }

  /**
   * Nothing is started yet.
   *
   * @param goodbyeMax how long a process may take to end by itself before it is killed
   * @param onSignal called first when Ctrl-C or SIGTERM ends this program
   */
  public static Children watched(Duration goodbyeMax, Runnable onSignal) {
    Children children = new Children(goodbyeMax, onSignal);
    Runtime.getRuntime().addShutdownHook(children.hook);
    return children;
  }

  /**
   * Starts a process.
   *
   * @throws IllegalStateException if this program is ending
   */
  public synchronized Process start(ProcessBuilder builder) throws IOException {
    if (ending) {
      throw new IllegalStateException("the program is ending");
    }
    started.removeIf(process -> !process.isAlive());
    Process process = builder.start();
    started.add(process);
    return process;
  }

  /** Whether everything is being stopped for good. */
  public synchronized boolean isEnding() {
    return ending;
  }

  /** Stops all that run now; others may be started after. */
  public synchronized void stopAll() {
    List<ProcessHandle> all = new ArrayList<>();
    for (Process process : started) {
      // A script may not have become the program yet.
      process.descendants().forEach(all::add);
      all.add(process.toHandle());
    }
    all.forEach(ProcessHandle::destroy);
    boolean gone = true;
    long patienceMillis = goodbyeMax.toMillis();
    for (Process process : started) {
      gone &= waitFor(process, patienceMillis);
      patienceMillis = gone ? patienceMillis : 0;
    }
    all.forEach(ProcessHandle::destroyForcibly);
    started.forEach(process -> waitFor(process, goodbyeMax.toMillis()));
    started.clear();
  }

  private void stopForGood() {
    synchronized (this) {
      ending = true;
      stopAll();
    }
  }

  @Override
  public void close() {
    stopForGood();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // The hook has run or is running; there is nothing left to stop.
      return;
    }
  }

  private static boolean waitFor(Process process, long millis) {
    boolean interrupted = false;
    try {
      return process.waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
      return false;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
