package io.consilium.protocols.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.PeerLost;
import io.consilium.protocols.ProtocolViolation;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TlsChannelTest {
  private static final Step STEP = new Step(7, Opcode.PRODUCT);
  private static final int BIG_WORDS = 8 << 20;

  @Test
  void agreesWithTheInMemoryNetworkOnRandomTraffic() throws Exception {
    List<String> inMemory = TlsTrio.runInMemory(channel -> randomTraffic(channel, 300));

    try (TlsTrio trio = new TlsTrio(TransportLimits.DEFAULT)) {
      assertThat(trio.run(channel -> randomTraffic(channel, 300))).isEqualTo(inMemory);
    }
  }

  /** A digest of everything received, and the traffic counted. */
  private static String randomTraffic(Channel channel, int messages) {
    Random program = new Random(11);
    int digest = 1;
    for (int sequence = 0; sequence < messages; sequence++) {
      ComputeParty from = ComputeParty.of(program.nextInt(3));
      ComputeParty to = program.nextBoolean() ? from.next() : from.previous();
      int width = 1 + program.nextInt(64);
      Message message =
          new Message(new Step(sequence, Opcode.SIGN), 0, width, program.nextInt(5_000));
      long[] words = new Random(sequence).longs(message.wordCount()).toArray();
      if (channel.self() == from) {
        channel.send(to, message, words);
      } else if (channel.self() == to) {
        long[] received = new long[words.length];
        channel.receive(from, message, received);
        digest = 31 * digest + Arrays.hashCode(received);
      }
    }
    channel.flush();
    return digest + " " + channel.traffic();
  }

  @Test
  void carriesEveryWidthAndSize() throws Exception {
    try (TlsTrio trio = new TlsTrio(TransportLimits.DEFAULT)) {
      List<Boolean> equal = trio.run(TlsChannelTest::everyWidthAndSize);

      assertThat(equal).containsOnly(true);
    }
  }

  private static boolean everyWidthAndSize(Channel channel) {
    boolean equal = true;
    for (int width : new int[] {1, 3, 8, 13, 63, 64}) {
      for (int elements : new int[] {0, 1, 2, 7, 63, 64, 65, 4_095, 40_001}) {
        Message message = new Message(new Step(width, Opcode.AND), elements, width, elements);
        long[] words = new Random(elements).longs(message.wordCount()).toArray();
        channel.send(channel.self().next(), message, words);
        long[] received = new long[words.length + 1];
        channel.receive(channel.self().previous(), message, received);
        Payload.clearBehind(message, words, 0);
        equal &= Arrays.equals(words, Arrays.copyOf(received, words.length));
        equal &= received[words.length] == 0;
      }
    }
    return equal;
  }

  @Test
  void sendsNothingOfTheBitsBehindThePayload() throws Exception {
    Message three = new Message(STEP, 0, 1, 3);
    try (TlsTrio trio = new TlsTrio(TransportLimits.DEFAULT)) {
      TlsChannel p0 = trio.channel(ComputeParty.P0);
      p0.send(ComputeParty.P1, three, new long[] {-1});
      p0.flush();

      TlsLink link = trio.channel(ComputeParty.P1).link(ComputeParty.P0);
      while (!link.hasInput(FrameHeaders.FRAME_BYTES + 1)) {
        boolean _ = link.read();
      }

      byte[] frame = new byte[FrameHeaders.FRAME_BYTES + 1];
      link.inbox().read(frame, 0, frame.length);
      assertThat(frame[FrameHeaders.FRAME_BYTES]).isEqualTo((byte) 0b111);
    }
  }

  @Test
  void largeMessagesInAllDirectionsAtOnceDoNotBlockEachOther() throws Exception {
    try (TlsTrio trio = new TlsTrio(TransportLimits.DEFAULT)) {
      List<Boolean> equal = trio.run(TlsChannelTest::everybodySendsToEverybody);

      assertThat(equal).containsOnly(true);
    }
  }

  private static boolean everybodySendsToEverybody(Channel channel) {
    int count = BIG_WORDS / 4;
    Message message = Message.words(STEP, 0, count);
    long[] words = new long[count];
    Arrays.setAll(words, i -> i * 0x9E3779B97F4A7C15L);
    channel.send(channel.self().next(), message, words);
    channel.send(channel.self().previous(), message, words);
    boolean equal = true;
    for (ComputeParty from : List.of(channel.self().next(), channel.self().previous())) {
      long[] received = new long[count];
      channel.receive(from, message, received);
      equal &= Arrays.equals(words, received);
    }
    channel.flush();
    return equal;
  }

  @Test
  void twoThatSendSixtyFourMebibytesToEachOtherDoNotBlock() throws Exception {
    try (TlsTrio trio = new TlsTrio(TransportLimits.DEFAULT)) {
      List<Boolean> equal = trio.run(TlsChannelTest::twoSendToEachOther);

      assertThat(equal).containsOnly(true);
    }
  }

  private static boolean twoSendToEachOther(Channel channel) {
    if (channel.self() == ComputeParty.P2) {
      return true;
    }
    ComputeParty peer = channel.self() == ComputeParty.P0 ? ComputeParty.P1 : ComputeParty.P0;
    Message message = Message.words(STEP, 0, BIG_WORDS);
    long[] words = new long[BIG_WORDS];
    Arrays.setAll(words, i -> i * 0x9E3779B97F4A7C15L);
    channel.send(peer, message, words);
    long[] received = new long[BIG_WORDS];
    channel.receive(peer, message, received);
    channel.flush();
    return Arrays.equals(words, received);
  }

  @Test
  void severalSmallMessagesShareOneRecord() throws Exception {
    try (TlsTrio trio = new TlsTrio(TransportLimits.DEFAULT)) {
      TlsChannel p0 = trio.channel(ComputeParty.P0);
      long before = p0.wireTraffic().bytesSent();

      for (int part = 0; part < 10; part++) {
        p0.send(ComputeParty.P1, Message.words(STEP, part, 1), new long[] {part});
      }
      p0.flush();

      long frames = 10L * (FrameHeaders.FRAME_BYTES + Long.BYTES);
      long record = 5 + 1 + 16; // header, content type, tag; the JDK pads a little
      assertThat(p0.wireTraffic().bytesSent() - before)
          .isBetween(frames + record, frames + 2 * record);
    }
  }

  @Test
  void namesBothMessagesWhenTheyDiffer() throws Exception {
    try (TlsTrio trio = new TlsTrio(TransportLimits.DEFAULT)) {
      trio.channel(ComputeParty.P0).send(ComputeParty.P1, Message.words(STEP, 0, 2), new long[2]);
      trio.channel(ComputeParty.P0).flush();

      Message other = new Message(new Step(8, Opcode.SIGN), 1, 1, 5);
      assertThatThrownBy(
              () -> trio.channel(ComputeParty.P1).receive(ComputeParty.P0, other, new long[1]))
          .isInstanceOf(ProtocolViolation.class)
          .hasMessageContaining("expected SIGN#8 part 1 of 5 x 1 bits")
          .hasMessageContaining("got PRODUCT#7 part 0 of 2 x 64 bits");
    }
  }

  @Test
  void refusesAnotherLengthWithoutAllocatingIt() throws Exception {
    try (TlsTrio trio = new TlsTrio(TransportLimits.DEFAULT)) {
      TlsLink link = trio.channel(ComputeParty.P0).link(ComputeParty.P1);
      Message huge = Message.words(STEP, 0, 1L << 56);
      byte[] frame = new FrameHeaders(TlsTrio.SESSION).outgoing(huge, 1);
      link.put(frame, 0, frame.length);
      trio.channel(ComputeParty.P0).flush();

      assertThatThrownBy(() -> receiveOneWord(trio.channel(ComputeParty.P1)))
          .isInstanceOf(ProtocolViolation.class)
          .hasMessageContaining("of " + (1L << 56) + " x 64 bits");
    }
  }

  private static void receiveOneWord(Channel channel) {
    channel.receive(channel.self().previous(), Message.words(STEP, 0, 1), new long[1]);
  }

  private static void sendOneWord(Channel channel) {
    channel.send(channel.self().next(), Message.words(STEP, 0, 1), new long[1]);
    channel.flush();
  }

  @Test
  void refusesAReplayedMessage() throws Exception {
    try (TlsTrio trio = new TlsTrio(TransportLimits.DEFAULT)) {
      sendOneWord(trio.channel(ComputeParty.P0));
      sendOneWord(trio.channel(ComputeParty.P0));
      receiveOneWord(trio.channel(ComputeParty.P1));

      Message next = Message.words(new Step(8, Opcode.PRODUCT), 0, 1);
      assertThatThrownBy(
              () -> trio.channel(ComputeParty.P1).receive(ComputeParty.P0, next, new long[1]))
          .isInstanceOf(ProtocolViolation.class)
          .hasMessageContaining("got PRODUCT#7");
    }
  }

  @Test
  void refusesAnotherIncarnationAndAnotherSession() throws Exception {
    try (TlsTrio trio = new TlsTrio(TransportLimits.DEFAULT)) {
      trio.channel(ComputeParty.P0)
          .useIncarnation(new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
      sendOneWord(trio.channel(ComputeParty.P0));
      byte[] frame =
          new FrameHeaders(new SessionId(1, 2)).outgoing(Message.words(STEP, 0, 1), 1).clone();
      trio.channel(ComputeParty.P1).link(ComputeParty.P2).put(frame, 0, frame.length);
      trio.channel(ComputeParty.P1).flush();

      assertThatThrownBy(() -> receiveOneWord(trio.channel(ComputeParty.P1)))
          .isInstanceOf(ProtocolViolation.class)
          .hasMessageContaining("another incarnation");
      assertThatThrownBy(() -> receiveOneWord(trio.channel(ComputeParty.P2)))
          .isInstanceOf(ProtocolViolation.class)
          .hasMessageContaining("another session");
    }
  }

  @Test
  void refusesAnImpossibleDepth() throws Exception {
    try (TlsTrio trio = new TlsTrio(TransportLimits.DEFAULT)) {
      TlsLink link = trio.channel(ComputeParty.P0).link(ComputeParty.P1);
      byte[] frame =
          new FrameHeaders(TlsTrio.SESSION).outgoing(Message.words(STEP, 0, 1), Long.MAX_VALUE);
      link.put(frame, 0, frame.length);
      trio.channel(ComputeParty.P0).flush();

      assertThatThrownBy(() -> receiveOneWord(trio.channel(ComputeParty.P1)))
          .isInstanceOf(ProtocolViolation.class)
          .hasMessageContaining("depth");
    }
  }

  @Test
  void aPeerThatIsKilledIsLostAtOnce() throws Exception {
    try (TlsTrio trio = new TlsTrio(TransportLimits.DEFAULT)) {
      Future<?> waiting =
          trio.start(() -> {
            receiveOneWord(trio.channel(ComputeParty.P1));
            return 0;
          });
      trio.channel(ComputeParty.P0).link(ComputeParty.P1).close();

      assertThatThrownBy(() -> TlsTrio.get(waiting))
          .isInstanceOfSatisfying(
              PeerLost.class, lost -> assertThat(lost.peer()).isEqualTo(ComputeParty.P0))
          .hasMessageContaining("broke");
    }
  }

  @Test
  void theOneThatDiedIsNamedEvenIfAnotherIsAwaited() throws Exception {
    try (TlsTrio trio = new TlsTrio(TransportLimits.DEFAULT)) {
      Future<?> waiting =
          trio.start(() -> {
            receiveOneWord(trio.channel(ComputeParty.P1));
            return 0;
          });
      trio.channel(ComputeParty.P2).link(ComputeParty.P1).close();
      trio.channel(ComputeParty.P2).link(ComputeParty.P0).close();

      assertThatThrownBy(() -> TlsTrio.get(waiting))
          .isInstanceOfSatisfying(
              PeerLost.class, lost -> assertThat(lost.peer()).isEqualTo(ComputeParty.P2));
      trio.channel(ComputeParty.P1).close();
      assertThatThrownBy(() ->
              trio.channel(ComputeParty.P0)
                  .receive(ComputeParty.P1, Message.words(STEP, 0, 1), new long[1]))
          .isInstanceOfSatisfying(
              PeerLost.class, lost -> assertThat(lost.peer()).isEqualTo(ComputeParty.P2));
    }
  }

  @Test
  void aPeerThatClosesIsToldFromOneThatDied() throws Exception {
    try (TlsTrio trio = new TlsTrio(TransportLimits.DEFAULT)) {
      sendOneWord(trio.channel(ComputeParty.P0));
      trio.channel(ComputeParty.P0).close();
      receiveOneWord(trio.channel(ComputeParty.P1));

      assertThatThrownBy(() -> receiveOneWord(trio.channel(ComputeParty.P1)))
          .isInstanceOf(PeerLost.class)
          .hasMessageContaining("closed the session");
    }
  }

  @Test
  void aSilentPeerIsLostWhenPatienceIsOver() throws Exception {
    Duration short200 = Duration.ofMillis(200);
    try (TlsTrio trio = new TlsTrio(TransportLimits.DEFAULT.withSilence(short200))) {
      assertThatThrownBy(() -> receiveOneWord(trio.channel(ComputeParty.P1)))
          .isInstanceOfSatisfying(
              PeerLost.class, lost -> assertThat(lost.peer()).isEqualTo(ComputeParty.P0))
          .hasMessageContaining("did nothing for 200 ms");
    }
  }

  /** The sender computes for five times as long as silence is usually borne. */
  @Test
  void aProgramMayBearMoreSilence() throws Exception {
    Duration short200 = Duration.ofMillis(200);
    try (TlsTrio trio = new TlsTrio(TransportLimits.DEFAULT.withSilence(short200))) {
      TlsChannel p1 = trio.channel(ComputeParty.P1);
      Future<?> computing =
          trio.start(() -> {
            Thread.sleep(5 * short200.toMillis());
            sendOneWord(trio.channel(ComputeParty.P0));
            return 0;
          });

      p1.bearSilence(Duration.ofSeconds(30));
      receiveOneWord(p1);

      TlsTrio.get(computing);
      p1.bearSilence(short200);
      assertThatThrownBy(() -> receiveOneWord(p1)).hasMessageContaining("did nothing for 200 ms");
    }
  }

  @Test
  void aPeerThatDoesNotReadIsLostWhenPatienceIsOver() throws Exception {
    Duration short200 = Duration.ofMillis(200);
    try (TlsTrio trio = new TlsTrio(TransportLimits.DEFAULT.withSilence(short200))) {
      Message large = Message.words(STEP, 0, 4 << 20);

      assertThatThrownBy(() ->
              trio.channel(ComputeParty.P0)
                  .send(ComputeParty.P1, large, new long[large.wordCount()]))
          .isInstanceOf(PeerLost.class)
          .hasMessageContaining("did nothing for 200 ms");
    }
  }

  @Test
  void anInterruptEndsABlockedReceiveAndABlockedSend() throws Exception {
    try (TlsTrio trio = new TlsTrio(TransportLimits.DEFAULT)) {
      Message large = Message.words(STEP, 0, 4 << 20);

      assertThat(
              interrupted(() ->
                  trio.channel(ComputeParty.P1)
                      .receive(ComputeParty.P0, large, new long[large.wordCount()])))
          .isInstanceOf(PeerLost.class)
          .hasMessageContaining("this party was stopped");
      assertThat(
              interrupted(() ->
                  trio.channel(ComputeParty.P0)
                      .send(ComputeParty.P1, large, new long[large.wordCount()])))
          .isInstanceOf(PeerLost.class)
          .hasMessageContaining("this party was stopped");
    }
  }

  private static Throwable interrupted(Runnable blocking) throws InterruptedException {
    Throwable[] thrown = new Throwable[1];
    Thread thread = new Thread(blocking);
    thread.setUncaughtExceptionHandler((t, e) -> thrown[0] = e);
    thread.start();
    Thread.sleep(100);
    thread.interrupt();
    thread.join();
    return thrown[0];
  }

  @Test
  void aFullInboxMakesTheSenderWaitAndLosesNothing() throws Exception {
    TransportLimits small =
        new TransportLimits(
            Duration.ofSeconds(5),
            TlsTrio.PATIENCE,
            16,
            16,
            1 << 16,
            1 << 20,
            16,
            8,
            Duration.ofSeconds(5));
    try (TlsTrio trio = new TlsTrio(small)) {
      List<Boolean> equal = trio.run(TlsChannelTest::oneWayWhileWaitingForTheThird);

      assertThat(equal).containsOnly(true);
    }
  }

  /** P0 sends much to P1, which first waits for P2, which waits for P0 to be done. */
  private static boolean oneWayWhileWaitingForTheThird(Channel channel) throws Exception {
    Message large = Message.words(STEP, 0, 4 << 20);
    Message small = Message.words(STEP, 1, 1);
    long[] words = new Random(3).longs(large.wordCount()).toArray();
    switch (channel.self()) {
      case P0 -> channel.send(ComputeParty.P1, large, words);
      case P2 -> {
        Thread.sleep(300);
        channel.send(ComputeParty.P1, small, new long[1]);
      }
      case P1 -> {
        channel.receive(ComputeParty.P2, small, new long[1]);
        long[] received = new long[words.length];
        channel.receive(ComputeParty.P0, large, received);
        return Arrays.equals(words, received);
      }
    }
    channel.flush();
    return true;
  }

  @Test
  void sessionsOfTheSameNodesDoNotMix() throws Exception {
    try (TlsTrio trio = new TlsTrio(TransportLimits.DEFAULT)) {
      var second = trio.meet(new SessionId(5, 5));
      second.get(ComputeParty.P0).send(ComputeParty.P1, Message.words(STEP, 0, 1), new long[] {5});
      second.get(ComputeParty.P0).flush();
      sendOneWord(trio.channel(ComputeParty.P0));

      long[] received = new long[1];
      second.get(ComputeParty.P1).receive(ComputeParty.P0, Message.words(STEP, 0, 1), received);
      receiveOneWord(trio.channel(ComputeParty.P1));

      assertThat(received).containsExactly(5);
      second.values().forEach(TlsChannel::close);
    }
  }
}
