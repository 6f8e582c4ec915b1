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
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Takes in what the data holders of an attempt share with this compute party: checks that the
 * holder signed it for this attempt and that the shares are those it signed.
 *
 * <p>Nobody but the data holders of an attempt that this party has begun gets in, each once. A
 * holder may come while this party still waits for others; it has held this party's acceptance of
 * the plan in its hands, which this party gives after it has announced the attempt here.
 */
public final class InputDesk implements ConnectionHandler {
  /** How long a holder may be earlier than this party. */
  private static final Duration EARLY_MAX = Duration.ofSeconds(90);

  /** How long a holder may prepare a block. */
  private static final Duration BLOCK_MAX = Duration.ofMinutes(10);

  private static final Duration SHARE_MAX = Duration.ofMinutes(10);

  private final Trust trust;

  /** The attempts that this party is at work on. */
  private final Map<SessionId, Expected> expected = new ConcurrentHashMap<>();

  public InputDesk(Trust trust) {
    this.trust = trust;
  }

  /**
   * An attempt that has been announced, and what comes for it once this party takes inputs.
   *
   * @param come the holders that have opened a connection
   */
  private record Expected(Set<String> holders, Set<String> come, CompletableFuture<Intake> intake) {
    static Expected of(Collection<String> holders) {
      return new Expected(
          Set.copyOf(holders), ConcurrentHashMap.newKeySet(), new CompletableFuture<>());
    }
  }

  /** What comes for one attempt, by holder, in the order in which the holders were named. */
  private record Intake(
      AttemptId attempt, ComputeParty self, SequencedMap<String, Delivery> byHolder) {}

  /** Lets the data holders of an attempt wait here until {@link #open}, or until {@link #close}. */
  public void announce(AttemptId attempt, Collection<String> holders) {
    Expected before = expected.putIfAbsent(attempt.session(), Expected.of(holders));
    if (before != null) {
      throw new IllegalStateException("attempt " + attempt + " was announced before");
    }
  }

  /** Begins to take inputs for an announced attempt, each holder's once. */
  public void open(
      AttemptId attempt, ComputeParty self, SequencedMap<String, ? extends InputTaker> takers) {
    SequencedMap<String, Delivery> byHolder = new LinkedHashMap<>();
    takers.forEach((holder, taker) -> byHolder.put(holder, new Delivery(taker)));
    Expected announced = expected.get(attempt.session());
    if (announced == null || !announced.holders().equals(takers.keySet())) {
      throw new IllegalStateException("attempt " + attempt + " was not announced with its holders");
    }
    boolean _ = announced.intake().complete(new Intake(attempt, self, byHolder));
  }

  /** Takes no more inputs for an attempt and forgets what came. */
  public void close(AttemptId attempt) {
    Expected over = expected.remove(attempt.session());
    if (over != null && !over.intake().cancel(true)) {
      over.intake().join().byHolder().values().forEach(Delivery::close);
    }
  }

  @Override
  public void check(String peerName, Opening opening) throws ConnectionException {
    Expected announced = expected.get(opening.session());
    if (announced == null) {
      throw ConnectionException.refusal(
          "no attempt of session " + opening.session() + " runs here");
    }
    if (!announced.holders().contains(peerName)) {
      throw ConnectionException.refusal(
          peerName + " is no data holder of session " + opening.session());
    }
  }

  @Override
  public void accept(Connection connection, String peerName, Opening opening)
      throws ConnectionException {
    try (connection) {
      Intake intake = intake(peerName, opening);
      Delivery delivery = intake.byHolder().get(peerName);
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
      } catch (RuntimeException e) {
        // Whatever a statement makes of this program, the attempt need not wait for its end.
        delivery.failed(e);
        throw e;
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
    Expected announced = expected.get(attempt.session());
    if (announced == null || !announced.intake().isDone()) {
      throw new IllegalStateException("attempt " + attempt + " takes no inputs");
    }
    return announced.intake().join();
  }

  /** Waits until inputs are taken; everything of a holder comes over one connection. */
  private Intake intake(String holder, Opening opening) throws ConnectionException {
    check(holder, opening);
    Expected announced = expected.get(opening.session());
    if (announced == null || !announced.come().add(holder)) {
      throw ConnectionException.refusal(
          holder + " has begun to share its records before, in session " + opening.session());
    }
    try {
      return announced.intake().get(EARLY_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | CancellationException | ExecutionException e) {
      throw ConnectionException.refusal(
          "the attempt of session " + opening.session() + " takes no inputs");
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
