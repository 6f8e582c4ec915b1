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
import java.time.Duration;
import java.util.ArrayList;
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

  private static final Duration STATEMENT_MAX = Duration.ofSeconds(20);
  private static final Duration SHARE_MAX = Duration.ofMinutes(10);

  private final Trust trust;

  /** An attempt, now or soon: a holder may be earlier than this party. */
  private final Map<SessionId, CompletableFuture<Intake>> intakes = new ConcurrentHashMap<>();

  public InputDesk(Trust trust) {
    this.trust = trust;
  }

  /** What comes for one attempt, by holder, in the order in which the holders were named. */
  private record Intake(
      AttemptId attempt,
      ComputeParty self,
      SequencedMap<String, CompletableFuture<InputTensors>> byHolder) {}

  /** Begins to take inputs for an attempt from these holders, each once. */
  public void open(AttemptId attempt, ComputeParty self, List<String> holders) {
    SequencedMap<String, CompletableFuture<InputTensors>> byHolder = new LinkedHashMap<>();
    holders.forEach(holder -> byHolder.put(holder, new CompletableFuture<>()));
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
    if (intake != null) {
      boolean _ = intake.cancel(true);
    }
  }

  @Override
  public void accept(Connection connection, String peerName, Opening opening)
      throws ConnectionException {
    try (connection) {
      Intake intake = intake(opening.session());
      String holder = holder(peerName, intake);
      String problem = "";
      try {
        take(connection, intake, holder);
      } catch (InputRefused e) {
        problem = e.getMessage();
      } catch (ConnectionException e) {
        if (e.reason() != ConnectionException.Reason.REJECTED) {
          throw e;
        }
        problem = e.getMessage();
      }
      connection.sendMessage(InputReceipt.newBuilder().setProblem(problem).build());
      connection.flush();
    }
  }

  private void take(Connection connection, Intake intake, String holder)
      throws ConnectionException {
    SignedInput signed =
        connection.receiveMessage(SignedInput.parser(), SharedInput.BYTES_MAX, STATEMENT_MAX);
    List<TensorDescription> descriptions =
        SharedInput.verify(signed, holder, intake.attempt(), trust);
    List<HolderInput> tensors = new ArrayList<>();
    for (TensorDescription description : descriptions) {
      ShareBundle bundle =
          ShareBundle.receiveFrom(connection, intake.self(), description, SHARE_MAX);
      tensors.add(HolderInput.receive(bundle, description));
    }
    put(intake, new InputTensors(holder, tensors));
  }

  /** Takes this party's own records, which need no connection. */
  void takeOwn(AttemptId attempt, String holder, List<HolderShares> shares) {
    Intake intake = running(attempt);
    List<HolderInput> tensors =
        shares.stream()
            .map(
                tensor -> HolderInput.receive(tensor.forParty(intake.self()), tensor.description()))
            .toList();
    put(intake, new InputTensors(holder, tensors));
  }

  private static void put(Intake intake, InputTensors tensors) {
    boolean _ = intake.byHolder().get(tensors.holder()).complete(tensors);
  }

  private Intake running(AttemptId attempt) {
    CompletableFuture<Intake> intake = intakes.get(attempt.session());
    if (intake == null || !intake.isDone()) {
      throw new IllegalStateException("attempt " + attempt + " takes no inputs");
    }
    return intake.join();
  }

  private static String holder(String peerName, Intake intake) throws ConnectionException {
    if (!intake.byHolder().containsKey(peerName)) {
      throw ConnectionException.refusal(
          peerName + " is no data holder of attempt " + intake.attempt());
    }
    return peerName;
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
   * Waits for the inputs of all holders.
   *
   * @return in the order in which the holders were named
   * @throws TimeoutException naming who is missing
   */
  public List<InputTensors> await(AttemptId attempt, Duration timeout)
      throws TimeoutException, InterruptedException {
    SequencedMap<String, CompletableFuture<InputTensors>> byHolder = running(attempt).byHolder();
    try {
      CompletableFuture.allOf(byHolder.values().toArray(new CompletableFuture<?>[0]))
          .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new TimeoutException(missing(byHolder));
    } catch (ExecutionException e) {
      throw new IllegalStateException("an input failed without a refusal", e);
    }
    return byHolder.values().stream().map(CompletableFuture::join).toList();
  }

  private static String missing(Map<String, CompletableFuture<InputTensors>> byHolder) {
    return String.join(
        ", ",
        byHolder.entrySet().stream()
            .filter(entry -> !entry.getValue().isDone())
            .map(Map.Entry::getKey)
            .toList());
  }
}
