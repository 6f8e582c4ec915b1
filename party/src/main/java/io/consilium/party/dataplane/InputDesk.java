package io.consilium.party.dataplane;

import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * Takes in what the data holders of an attempt share with this compute party: checks that the holder
 * signed it for this attempt and that the shares are those it signed.
 */
public final class InputDesk implements ConnectionHandler {
  /** Attempts that take inputs at the same time. */
  private static final int ATTEMPTS_MAX = 8;

  /** How long a holder may be earlier than this party. */
  private static final Duration EARLY_MAX = Duration.ofSeconds(30);

  private static final Duration STATEMENT_MAX = Duration.ofSeconds(20);
  private static final Duration SHARE_MAX = Duration.ofMinutes(10);

  private final Trust trust;
  private final Map<SessionId, Intake> intakes = new HashMap<>();

  public InputDesk(Trust trust) {
    this.trust = trust;
  }

  /** What has come for one attempt. */
  private static final class Intake {
    final AttemptId attempt;
    final ComputeParty self;
    final Map<String, Optional<InputTensors>> byHolder = new LinkedHashMap<>();

    Intake(AttemptId attempt, ComputeParty self, List<String> holders) {
      this.attempt = attempt;
      this.self = self;
      holders.forEach(holder -> byHolder.put(holder, Optional.empty()));
    }
  }

  /** Begins to take inputs for an attempt from these holders, each once. */
  public synchronized void open(AttemptId attempt, ComputeParty self, List<String> holders) {
    if (intakes.size() >= ATTEMPTS_MAX) {
      throw new IllegalStateException("too many attempts take inputs at the same time");
    }
    intakes.put(attempt.session(), new Intake(attempt, self, holders));
    notifyAll();
  }

  /** Takes no more inputs for an attempt and forgets what came. */
  public synchronized void close(AttemptId attempt) {
    intakes.remove(attempt.session());
    notifyAll();
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
        SharedInput.verify(signed, holder, intake.attempt, trust);
    List<HolderInput> tensors = new ArrayList<>();
    for (TensorDescription description : descriptions) {
      ShareBundle bundle =
          ShareBundle.receiveFrom(connection, intake.self, description, SHARE_MAX);
      tensors.add(HolderInput.receive(bundle, description));
    }
    put(intake, new InputTensors(holder, tensors));
  }

  /** Takes this party's own records, which need no connection. */
  void takeOwn(AttemptId attempt, String holder, List<HolderShares> shares) {
    Intake intake;
    synchronized (this) {
      intake = intakes.get(attempt.session());
    }
    if (intake == null) {
      throw new IllegalStateException("attempt " + attempt + " takes no inputs");
    }
    List<HolderInput> tensors =
        shares.stream()
            .map(tensor -> HolderInput.receive(tensor.forParty(intake.self), tensor.description()))
            .toList();
    put(intake, new InputTensors(holder, tensors));
  }

  private synchronized void put(Intake intake, InputTensors tensors) {
    intake.byHolder.put(tensors.holder(), Optional.of(tensors));
    notifyAll();
  }

  private static String holder(String peerName, Intake intake) throws ConnectionException {
    Optional<String> name =
        Principal.parse(peerName)
            .filter(principal -> principal.role() == Role.PARTY)
            .map(Principal::name)
            .filter(intake.byHolder::containsKey);
    if (name.isEmpty()) {
      throw ConnectionException.refusal(
          peerName + " is no data holder of attempt " + intake.attempt);
    }
    return name.get();
  }

  /** The attempt of a session, which may begin here a little later than at the holder. */
  private synchronized Intake intake(SessionId session) throws ConnectionException {
    long until = System.currentTimeMillis() + EARLY_MAX.toMillis();
    try {
      while (!intakes.containsKey(session)) {
        long left = until - System.currentTimeMillis();
        if (left <= 0) {
          throw ConnectionException.refusal("no attempt of session " + session + " runs here");
        }
        wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ConnectionException.refusal("this party is stopping");
    }
    return intakes.get(session);
  }

  /**
   * Waits for the inputs of all holders.
   *
   * @return in the order in which the holders were named
   * @throws TimeoutException naming who is missing
   */
  public synchronized List<InputTensors> await(AttemptId attempt, Duration timeout)
      throws TimeoutException, InterruptedException {
    long until = System.currentTimeMillis() + timeout.toMillis();
    Intake intake = intakes.get(attempt.session());
    while (intake.byHolder.containsValue(Optional.<InputTensors>empty())) {
      long left = until - System.currentTimeMillis();
      if (left <= 0) {
        throw new TimeoutException(missing(intake));
      }
      wait(left);
    }
    return intake.byHolder.values().stream().flatMap(Optional::stream).toList();
  }

  private static String missing(Intake intake) {
    return String.join(
        ", ",
        intake.byHolder.entrySet().stream()
            .filter(entry -> entry.getValue().isEmpty())
            .map(Map.Entry::getKey)
            .toList());
  }
}
