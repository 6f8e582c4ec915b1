package io.consilium.party.dataplane;

import io.consilium.coordinator.identity.Trust;
import io.consilium.party.dataplane.wire.InputReceipt;
import io.consilium.party.dataplane.wire.SignedInput;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.rep3.HolderInput;
import io.consilium.protocols.rep3.HolderShares;
import io.consilium.protocols.rep3.InputRefused;
import io.consilium.protocols.rep3.ShareBundle;
import io.consilium.protocols.rep3.TensorDescription;
import io.consilium.protocols.transport.Connection;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.ConnectionHandler;
import io.consilium.protocols.transport.Opening;
import io.consilium.protocols.transport.SessionId;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Takes in what the data holders of an attempt share with this compute party: checks that the
 * holder signed it for this attempt and that the shares are those it signed.
 */
public final class InputDesk implements ConnectionHandler {
  /** Sessions that take inputs, or that somebody has announced, at the same time. */
  private static final int SESSIONS_MAX = 64;

  /** How long a holder may be earlier than this party. */
  private static final Duration EARLY_MAX = Duration.ofSeconds(30);

  /** How long a holder may prepare a block. */
  private static final Duration BLOCK_MAX = Duration.ofMinutes(10);

  private static final Duration SHARE_MAX = Duration.ofMinutes(10);

  private final Trust trust;

  /** An attempt, now or soon: a holder may be earlier than this party. */
  private final Map<SessionId, CompletableFuture<Intake>> intakes = new ConcurrentHashMap<>();

  public InputDesk(Trust trust) {
    this.trust = trust;
  }

  /** What comes for one attempt, by holder, in the order in which the holders were named. */
  private record Intake(
      AttemptId attempt, ComputeParty self, SequencedMap<String, Delivery> byHolder) {}

  /** Begins to take inputs for an attempt, each holder's once. */
  public void open(
      AttemptId attempt, ComputeParty self, SequencedMap<String, ? extends InputTaker> takers) {
    SequencedMap<String, Delivery> byHolder = new LinkedHashMap<>();
    takers.forEach((holder, taker) -> byHolder.put(holder, new Delivery(taker)));
    boolean _ = expected(attempt.session()).complete(new Intake(attempt, self, byHolder));
  }

  private CompletableFuture<Intake> expected(SessionId session) {
    if (intakes.size() >= SESSIONS_MAX) {
      throw new IllegalStateException("too many attempts take inputs at the same time");
    }
    return intakes.computeIfAbsent(session, _ -> new CompletableFuture<>());
  }

  /** Takes no more inputs for an attempt and forgets what came. */
  public void close(AttemptId attempt) {
    CompletableFuture<Intake> intake = intakes.remove(attempt.session());
    if (intake != null && !intake.cancel(true)) {
      intake.join().byHolder().values().forEach(Delivery::close);
    }
  }

  @Override
  public void accept(Connection connection, String peerName, Opening opening)
      throws ConnectionException {
    try (connection) {
      Intake intake = intake(opening.session());
      Delivery delivery = delivery(peerName, intake);
      try {
        do {
          take(connection, intake, peerName, delivery);
          answer(connection, "");
        } while (!delivery.isComplete());
      } catch (InputRefused e) {
        delivery.failed(e);
        answer(connection, e.getMessage());
      } catch (ConnectionException e) {
        delivery.failed(e);
        if (e.reason() != ConnectionException.Reason.REJECTED) {
          throw e;
        }
        answer(connection, e.getMessage());
      } catch (IOException e) {
        delivery.failed(e);
        answer(connection, "it cannot store them");
      }
    }
  }

  private static void answer(Connection connection, String problem) throws ConnectionException {
    connection.sendMessage(InputReceipt.newBuilder().setProblem(problem).build());
    connection.flush();
  }

  /** One block. */
  private void take(Connection connection, Intake intake, String holder, Delivery delivery)
      throws IOException {
    SignedInput signed =
        connection.receiveMessage(SignedInput.parser(), SharedInput.BYTES_MAX, BLOCK_MAX);
    SharedInput.Stated stated =
        SharedInput.verify(signed, holder, intake.attempt(), delivery.next(), trust);
    delivery.announced(stated.rows(), stated.tensors());
    for (TensorDescription description : stated.tensors()) {
      ShareBundle bundle =
          ShareBundle.receiveFrom(connection, intake.self(), description, SHARE_MAX);
      delivery.take(HolderInput.receive(bundle, description));
    }
    delivery.ended();
  }

  /** Takes a block of this party's own records, which need no connection. */
  void takeOwn(AttemptId attempt, String holder, InputRows rows, List<HolderShares> shares)
      throws IOException {
    Intake intake = running(attempt);
    Delivery delivery = intake.byHolder().get(holder);
    delivery.announced(rows, shares.stream().map(HolderShares::description).toList());
    for (HolderShares tensor : shares) {
      delivery.take(HolderInput.receive(tensor.forParty(intake.self()), tensor.description()));
    }
    delivery.ended();
  }

  private Intake running(AttemptId attempt) {
    CompletableFuture<Intake> intake = intakes.get(attempt.session());
    if (intake == null || !intake.isDone()) {
      throw new IllegalStateException("attempt " + attempt + " takes no inputs");
    }
    return intake.join();
  }

  private static Delivery delivery(String peerName, Intake intake) throws ConnectionException {
    Delivery delivery = intake.byHolder().get(peerName);
    if (delivery == null) {
      throw ConnectionException.refusal(
          peerName + " is no data holder of attempt " + intake.attempt());
    }
    if (!delivery.begin()) {
      throw ConnectionException.refusal(
          peerName + " has begun to share its records before, in attempt " + intake.attempt());
    }
    return delivery;
  }

  private Intake intake(SessionId session) throws ConnectionException {
    try {
      return expected(session).get(EARLY_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | CancellationException | ExecutionException e) {
      intakes.computeIfPresent(session, (_, intake) -> intake.isDone() ? intake : null);
      throw ConnectionException.refusal("no attempt of session " + session + " runs here");
    } catch (IllegalStateException e) {
      throw ConnectionException.refusal(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ConnectionException.refusal("this party is stopping");
    }
  }

  /**
   * Waits for the inputs of all holders, for some time.
   *
   * @return whether everything has come
   * @throws InputFailed if something will not come
   */
  public boolean await(AttemptId attempt, Duration time) throws InputFailed, InterruptedException {
    SequencedMap<String, Delivery> byHolder = running(attempt).byHolder();
    CompletableFuture<?>[] ends =
        byHolder.values().stream().map(Delivery::end).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(ends).get(time.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      for (Map.Entry<String, Delivery> entry : byHolder.entrySet()) {
        CompletableFuture<Void> end = entry.getValue().end();
        if (end.isCompletedExceptionally()) {
          throw new InputFailed(entry.getKey(), end.exceptionNow());
        }
      }
      return false;
    }
  }

  /** How many blocks have come from each holder whose input is not complete: signs of life. */
  public Map<String, Integer> incomplete(AttemptId attempt) {
    Map<String, Integer> blocks = new LinkedHashMap<>();
    running(attempt)
        .byHolder()
        .forEach((holder, delivery) -> {
          if (!delivery.end().isDone()) {
            blocks.put(holder, delivery.next());
          }
        });
    return blocks;
  }
}
