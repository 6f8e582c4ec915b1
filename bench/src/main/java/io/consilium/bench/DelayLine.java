package io.consilium.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/**
 * One direction of a connection: a thread that takes bytes in at once and notes when they arrive,
 * and one that hands them over then. So any number of messages are under way at the same time.
 */
final class DelayLine {
  private static final int CHUNK_BYTES = 1 << 16;

  /** Bytes under way; beyond it the sender has to wait, as with a full socket buffer. */
  private static final int BYTES_MAX = 1 << 28;

  /** Nothing: a read gives a byte at least. */
  private static final byte[] END = new byte[0];

  private final Socket from;
  private final Socket to;
  private final WireClock clock;
  private final Timeline timeline;
  private final Semaphore room = new Semaphore(BYTES_MAX);
  private final BlockingQueue<Parcel> underWay = new LinkedBlockingQueue<>();

  DelayLine(Socket from, Socket to, WireClock clock, Timeline timeline) {
    this.from = from;
    this.to = to;
    this.clock = clock;
    this.timeline = timeline;
  }

  private record Parcel(byte[] bytes, long arrivalNanos) {}

  void start() {
    Thread _ = Thread.ofPlatform().daemon().name("relay-in").start(this::takeIn);
    Thread _ = Thread.ofPlatform().daemon().name("relay-out").start(this::handOver);
  }

  private void takeIn() {
    byte[] chunk = new byte[CHUNK_BYTES];
    try {
      InputStream in = from.getInputStream();
      int count = in.read(chunk);
      while (count >= 0) {
        room.acquireUninterruptibly(count);
        put(Arrays.copyOf(chunk, count));
        count = in.read(chunk);
      }
    } catch (IOException e) {
      // The sender has gone; its end is passed on like an orderly one.
    } finally {
      put(END);
    }
  }

  private void put(byte[] bytes) {
    underWay.add(new Parcel(bytes, clock.arrivalNanos(timeline.nowNanos(), bytes.length)));
  }

  private void handOver() {
    try {
      OutputStream out = to.getOutputStream();
      Parcel next = underWay.take();
      while (next.bytes().length > 0) {
        timeline.awaitNanos(next.arrivalNanos());
        out.write(next.bytes());
        room.release(next.bytes().length);
        next = underWay.take();
      }
      timeline.awaitNanos(next.arrivalNanos());
      to.shutdownOutput();
    } catch (IOException | InterruptedException e) {
      hangUp();
    }
  }

  /** The receiver has gone: the sender must not go on. */
  private void hangUp() {
    room.release(BYTES_MAX / 2);
    try {
      from.close();
      to.close();
    } catch (IOException e) {
      // Closed already.
      return;
    }
  }
}
