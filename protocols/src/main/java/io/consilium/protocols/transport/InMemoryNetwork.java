package io.consilium.protocols.transport;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Limits;
import io.consilium.protocols.PeerLost;
import io.consilium.protocols.ProtocolViolation;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Three channels within one process. What each party receives depends on the program and the masks
 * alone, so runs are repeatable; an observer sees every message, which is how the privacy tests
 * look at a party's view.
 */
public final class InMemoryNetwork {
  /** Sees every message at the moment it is sent. Called from the sender's thread. */
  @FunctionalInterface
  public interface Observer {
    void sent(ComputeParty from, ComputeParty to, Message message, long[] words);
  }

  private record Parcel(Message message, long depth, long[] words) {}

  private static final Message END =
      new Message(new Step(-1, Opcode.SYNCHRONISE), Integer.MAX_VALUE, 1, 0);

  private final Observer observer;
  private final long receiveTimeoutMillis;
  private final BlockingQueue<Parcel>[][] links = newLinks();

  public InMemoryNetwork() {
    this((from, to, message, words) -> {}, Limits.RECEIVE_TIMEOUT_MILLIS_MAX);
  }

  public InMemoryNetwork(Observer observer, long receiveTimeoutMillis) {
    this.observer = observer;
    this.receiveTimeoutMillis = receiveTimeoutMillis;
  }

  /** The channel of one party; each is taken once. */
  public Channel channel(ComputeParty self) {
    return new Link(self);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // Java has no arrays of generic types.
  private static BlockingQueue<Parcel>[][] newLinks() {
    BlockingQueue<Parcel>[][] links = new BlockingQueue[3][3];
    for (BlockingQueue<Parcel>[] row : links) {
      Arrays.setAll(row, to -> new LinkedBlockingQueue<>(Limits.MESSAGES_WAITING_MAX));
    }
    return links;
  }

  private final class Link implements Channel {
    private final ComputeParty self;
    private final TrafficMeter meter = new TrafficMeter();
    private long silenceMillisMax = receiveTimeoutMillis;

    Link(ComputeParty self) {
      this.self = self;
    }

    @Override
    public ComputeParty self() {
      return self;
    }

    @Override
    public void send(ComputeParty to, Message message, long[] words, int from) {
      long[] copy = Arrays.copyOfRange(words, from, from + message.wordCount());
      observer.sent(self, to, message, copy);
      Parcel parcel = new Parcel(message, meter.sent(message), copy);
      if (!links[self.ordinal()][to.ordinal()].offer(parcel)) {
        throw new PeerLost(to, message.step().toString(), "too many messages wait unread");
      }
    }

    @Override
    public void receive(ComputeParty from, Message message, long[] words, int at) {
      Parcel parcel = next(from, message);
      if (parcel.message().equals(END)) {
        throw new PeerLost(from, message.step().toString(), "it closed the session");
      }
      if (!parcel.message().equals(message)) {
        throw new ProtocolViolation(
            from, message.step().toString(), "expected " + message + ", got " + parcel.message());
      }
      meter.received(message, parcel.depth());
      System.arraycopy(parcel.words(), 0, words, at, parcel.words().length);
      Payload.clearBehind(message, words, at);
    }

    private Parcel next(ComputeParty from, Message message) {
      try {
        Parcel parcel =
            links[from.ordinal()][self.ordinal()].poll(silenceMillisMax, TimeUnit.MILLISECONDS);
        if (parcel == null) {
          throw new PeerLost(
              from, message.step().toString(), "silent for " + silenceMillisMax + " ms");
        }
        return parcel;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new PeerLost(from, message.step().toString(), "this party was stopped", e);
      }
    }

    @Override
    public void bearSilence(Duration longest) {
      silenceMillisMax = longest.toMillis();
    }

    @Override
    public void push() {}

    @Override
    public void flush() {}

    @Override
    public Traffic traffic() {
      return meter.reading();
    }

    @Override
    public void close() {
      for (ComputeParty to : ComputeParty.values()) {
        boolean _ = links[self.ordinal()][to.ordinal()].offer(new Parcel(END, 0, new long[0]));
      }
    }
  }
}
