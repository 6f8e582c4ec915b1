package io.consilium.bench;

import java.util.concurrent.locks.LockSupport;

/** Time as a relay knows it. */
interface Timeline {
  long nowNanos();

  /** Returns at that time or a little later. */
  void awaitNanos(long nanos) throws InterruptedException;

  /** The machine's. */
  Timeline SYSTEM =
      new Timeline() {
        @Override
        public long nowNanos() {
          return System.nanoTime();
        }

        @Override
        public void awaitNanos(long nanos) throws InterruptedException {
          long left = nanos - System.nanoTime();
          while (left > 0) {
            LockSupport.parkNanos(this, left);
            if (Thread.interrupted()) {
              throw new InterruptedException();
            }
            left = nanos - System.nanoTime();
          }
        }
      };
}
