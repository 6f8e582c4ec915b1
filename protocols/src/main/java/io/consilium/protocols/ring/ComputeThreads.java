package io.consilium.protocols.ring;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * The threads that share the tiles of a large product: the caller and a few daemon threads.
 *
 * <p>The system property {@value #PROPERTY} sets how many compute, the caller included; by default
 * one per processor, and 1 means that no thread is ever started. Parties that share a small machine
 * should have one each.
 */
final class ComputeThreads {
  static final String PROPERTY = "consilium.computeThreads";

  private static final int THREADS_MAX = 1024;
  private static final int IDLE_SECONDS_MAX = 10;

  private final int count;
  private final ThreadPoolExecutor helpers;

  ComputeThreads(int count) {
    if (count < 1 || count > THREADS_MAX) {
      throw new IllegalArgumentException(
          PROPERTY + " must be from 1 to " + THREADS_MAX + ", not " + count);
    }
    this.count = count;
    helpers = count == 1 ? null : pool(count - 1);
  }

  /** As many as the system property says. */
  static ComputeThreads configured() {
    return new ComputeThreads(
        Integer.getInteger(PROPERTY, Runtime.getRuntime().availableProcessors()));
  }

  private static ThreadPoolExecutor pool(int size) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            size,
            size,
            IDLE_SECONDS_MAX,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("ring-compute-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  int count() {
    return count;
  }

  /**
   * Runs the tasks 0 to tasks - 1, in any order, and returns when all are done. A task that throws
   * stops the handing out of others; when the running ones have ended, the caller gets what it
   * threw. An interrupt of the caller is kept for it and does not end the work.
   */
  void run(int tasks, IntConsumer task) {
    if (helpers == null || tasks <= 1) {
      for (int i = 0; i < tasks; i++) {
        task.accept(i);
      }
      return;
    }
    SharedWork work = new SharedWork(tasks, task);
    for (int i = 1; i < Math.min(count, tasks); i++) {
      helpers.execute(work);
    }
    work.run();
    work.finish();
  }

  /** One queue of tasks and those who work on it. */
  private static final class SharedWork implements Runnable {
    private final int tasks;
    private final IntConsumer task;
    private final AtomicInteger next = new AtomicInteger();
    private int working;
    private boolean closed;
    private Throwable failure;

    SharedWork(int tasks, IntConsumer task) {
      this.tasks = tasks;
      this.task = task;
    }

    @Override
    public void run() {
      if (!enter()) {
        return;
      }
      try {
        for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
          task.accept(i);
        }
      } catch (RuntimeException | Error e) {
        fail(e);
      } finally {
        leave();
      }
    }

    private synchronized boolean enter() {
      if (closed) {
        return false;
      }
      working++;
      return true;
    }

    private synchronized void leave() {
      working--;
      notifyAll();
    }

    private synchronized void fail(Throwable thrown) {
      next.set(tasks);
      if (failure == null) {
        failure = thrown;
      }
    }

    /** Nothing of this work runs when it returns: helpers that come later find it closed. */
    synchronized void finish() {
      closed = true;
      boolean interrupted = false;
      while (working > 0) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      switch (failure) {
        case null -> {}
        case Error e -> throw e;
        case RuntimeException e -> throw e;
        case Throwable e -> throw new IllegalStateException(e);
      }
    }
  }
}
