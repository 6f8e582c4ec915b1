package io.consilium.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With real sockets; where time matters it is made up. */
@Timeout(60)
final class RelayTest {
  private static final long MILLI = 1_000_000;
  private static final long SEED = Long.getLong("seed", 20260723L);

  /** Stands still until somebody waits, and then jumps. */
  private static final class JumpingTime implements Timeline {
    private final AtomicLong now = new AtomicLong();
    private final CountDownLatch mayJump;

    JumpingTime(CountDownLatch mayJump) {
      this.mayJump = mayJump;
    }

    @Override
    public long nowNanos() {
      return now.get();
    }

    @Override
    public void awaitNanos(long nanos) throws InterruptedException {
      mayJump.await();
      long _ = now.accumulateAndGet(nanos, Math::max);
    }
  }

  private final List<AutoCloseable> open = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = keep(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
  }

  @AfterEach
  void closeAll() throws Exception {
    threads.shutdownNow();
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private <T extends AutoCloseable> T keep(T resource) {
    open.add(resource);
    return resource;
  }

  private Relay relay(Wire wire, Timeline timeline) throws IOException {
    return keep(Relay.to(server.getLocalPort(), wire, timeline));
  }

  private Socket dial(Relay relay) throws IOException {
    return keep(new Socket(InetAddress.getLoopbackAddress(), relay.port()));
  }

  private static byte[] bytes(int count, long seed) {
    byte[] bytes = new byte[count];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  @Test
  void passesEveryByteUnchangedBothWays() throws Exception {
    byte[] question = bytes(3_000_001, SEED);
    byte[] answer = bytes(1_234_567, SEED + 1);
    Socket near = dial(relay(new Wire(1, 10_000), Timeline.SYSTEM));
    Socket far = keep(server.accept());
    Future<byte[]> received = sendAndReadAll(far, answer);

    byte[] came = sendAndReadAll(near, question).get();

    assertThat(came).isEqualTo(answer);
    assertThat(received.get()).isEqualTo(question);
  }

  /** With threads of their own: each of the two waits for the other. */
  private Future<byte[]> sendAndReadAll(Socket socket, byte[] bytes) {
    Future<?> _ =
        threads.submit(() -> {
          socket.getOutputStream().write(bytes);
          socket.shutdownOutput();
          return null;
        });
    return threads.submit(() -> socket.getInputStream().readAllBytes());
  }

  @Test
  void aRoundTripTakesTheRoundTripTime() throws Exception {
    JumpingTime time = new JumpingTime(new CountDownLatch(0));
    Socket near = dial(relay(new Wire(80, 0), time));
    Socket far = keep(server.accept());

    for (int trip = 1; trip <= 3; trip++) {
      near.getOutputStream().write(trip);
      assertThat(far.getInputStream().read()).isEqualTo(trip);
      far.getOutputStream().write(-trip);
      assertThat((byte) near.getInputStream().read()).isEqualTo((byte) -trip);

      assertThat(time.nowNanos()).isEqualTo(80 * MILLI * trip);
    }
  }

  @Test
  void aWindowOfMessagesArrivesAfterHalfARoundTripAndItsSending() throws Exception {
    CountDownLatch allAreUnderWay = new CountDownLatch(1);
    JumpingTime time = new JumpingTime(allAreUnderWay);
    Socket near = dial(relay(new Wire(100, 80), time));
    Socket far = keep(server.accept());
    byte[] window = bytes(1_000_000, SEED);
    int messages = 50;
    int size = window.length / messages;

    OutputStream out = near.getOutputStream();
    for (int i = 0; i < messages; i++) {
      out.write(window, i * size, size);
    }
    // The relay has taken the end of the stream in, and with it everything before.
    near.shutdownOutput();
    awaitTakenIn();
    allAreUnderWay.countDown();
    byte[] arrived = new byte[window.length];
    new DataInputStream(far.getInputStream()).readFully(arrived);

    assertThat(Arrays.equals(arrived, window)).isTrue();
    // 80 Mbit/s are 10 bytes in a microsecond.
    assertThat(time.nowNanos()).isEqualTo(50 * MILLI + 100 * MILLI);
  }

  /** The thread that takes bytes in ends when it has met the end of the stream. */
  private static void awaitTakenIn() throws InterruptedException {
    while (Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("relay-in"))
            .count()
        > 1) {
      Thread.sleep(5);
    }
  }

  @Test
  void aChangedWireHoldsForWhatComesAfter() throws Exception {
    JumpingTime time = new JumpingTime(new CountDownLatch(0));
    Relay relay = relay(Wire.LOOPBACK, time);
    Socket near = dial(relay);
    Socket far = keep(server.accept());
    near.getOutputStream().write(1);
    assertThat(far.getInputStream().read()).isEqualTo(1);
    assertThat(time.nowNanos()).isZero();

    relay.change(new Wire(30, 0));
    near.getOutputStream().write(2);
    assertThat(far.getInputStream().read()).isEqualTo(2);

    assertThat(time.nowNanos()).isEqualTo(15 * MILLI);
  }

  @Test
  void passesOnThatAnEndHasGone() throws Exception {
    Socket near = dial(relay(new Wire(2, 0), Timeline.SYSTEM));
    Socket far = keep(server.accept());

    far.close();

    assertThat(near.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void listensOnTheLoopbackInterfaceOnly() throws Exception {
    Socket near = dial(relay(Wire.LOOPBACK, Timeline.SYSTEM));

    assertThat(near.getInetAddress().isLoopbackAddress()).isTrue();
  }
}
