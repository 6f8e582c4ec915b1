package io.consilium.inference;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what it is told. */
final class CountingMonitor implements ServingMonitor {
  final AtomicInteger linesOpen = new AtomicInteger();
  final AtomicInteger asked = new AtomicInteger();
  final AtomicInteger answered = new AtomicInteger();
  final AtomicInteger sessionsOpen = new AtomicInteger();
  final Queue<Integer> batches = new ConcurrentLinkedQueue<>();
  final Queue<String> refusals = new ConcurrentLinkedQueue<>();

  @Override
  public void lines(int open) {
    linesOpen.set(open);
  }

  @Override
  public void asked(ModelCard card, int rows) {
    asked.incrementAndGet();
  }

  @Override
  public void answered(ModelCard card, int rows, Duration time) {
    answered.incrementAndGet();
  }

  @Override
  public void refused(ModelCard card, String code, Duration time) {
    refusals.add(code);
  }

  @Override
  public void computed(
      ModelCard card, int questions, int rows, Duration time, long bytes, long rounds) {
    batches.add(questions);
  }

  @Override
  public void session(ModelCard card, boolean open) {
    sessionsOpen.addAndGet(open ? 1 : -1);
  }
}
