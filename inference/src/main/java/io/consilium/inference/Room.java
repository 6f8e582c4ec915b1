package io.consilium.inference;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How much a client has under way, and how much it may have: the hospitals say so with their
 * answers, so a client learns that they are busy before it sends anything.
 */
final class Room {
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition changed = lock.newCondition();
  private long rowsUnderWay;
  private long questionsUnderWay;
  private RoomSize size = RoomSize.UNKNOWN;

  /** Waits until so many records fit; one question always does. */
  boolean take(int rows, Duration patience) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = patience.toNanos();
      while (!fits(rows)) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      rowsUnderWay += rows;
      questionsUnderWay++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean fits(int rows) {
    boolean rowsFit = size.rows() == 0 || rowsUnderWay + rows <= size.rows();
    boolean questionsFit = size.questions() == 0 || questionsUnderWay < size.questions();
    return questionsUnderWay == 0 || rowsFit && questionsFit;
  }

  /**
   * A question is over.
   *
   * @param newSize what may be under way from now on
   */
  void leave(int rows, RoomSize newSize) {
    lock.lock();
    try {
      rowsUnderWay -= rows;
      questionsUnderWay--;
      size = newSize;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
