package io.consilium.coordinator.jobs;

import io.consilium.coordinator.cluster.OnlyKnown;
import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.contract.CancelDocument;
import io.consilium.coordinator.contract.ControlMessage;
import io.consilium.coordinator.contract.Document;
import io.consilium.coordinator.contract.HelloDocument;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobRequest;
import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.ModelView;
import io.consilium.coordinator.contract.PartyView;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.SignedDocument;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.pattern.StatusReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves messages between the parties, the researchers and the job book, and puts on disk what the
 * book wants kept before anybody hears of it. It waits for the disk, so it runs on {@code
 * consilium.blocking-io}.
 */
public final class CoordinatorActor extends AbstractMatchingBehavior<CoordinatorActor.Command> {

  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorActor.class);
  private static final Duration TICK = Duration.ofSeconds(1);

  /** What the actor understands. */
  public sealed interface Command {}

  /** From a party; authentic only as far as what is signed in it. */
  record FromParty(ControlMessage.ToCoordinator message) implements Command {}

  /** A node of the cluster became unreachable or left. */
  record NodeLost(Address address) implements Command {}

  private record NoNews() implements Command {}

  private record Tick() implements Command {}

  /**
   * A researcher submits a job.
   *
   * @param caller by the certificate of the connection
   */
  public record Submit(JobRequest request, Principal caller, ActorRef<StatusReply<JobView>> replyTo)
      implements Command {}

  /**
   * A researcher stops a job.
   *
   * @param order a signed {@link CancelDocument}
   * @param caller by the certificate of the connection
   */
  public record Cancel(
      JobId id, SignedDocument order, Principal caller, ActorRef<StatusReply<JobView>> replyTo)
      implements Command {}

  /**
   * Somebody looks at the jobs that are for him or her to see.
   *
   * @param viewer by the certificate of the connection
   */
  public record ListJobs(Principal viewer, ActorRef<List<JobView>> replyTo) implements Command {}

  /**
   * Somebody looks at one job.
   *
   * @param viewer by the certificate of the connection
   */
  public record ShowJob(JobId id, Principal viewer, ActorRef<StatusReply<JobView>> replyTo)
      implements Command {}

  /**
   * Somebody looks at the models of the jobs that are for him or her to see.
   *
   * @param viewer by the certificate of the connection
   */
  public record ListModels(Principal viewer, ActorRef<List<ModelView>> replyTo)
      implements Command {}

  /** Somebody looks who is up. */
  public record ListParties(ActorRef<List<PartyView>> replyTo) implements Command {}

  /** What lies outside the actor and outlives it. */
  record Surroundings(
      Supplier<Consortium> members,
      FrontDesk desk,
      JobBook book,
      JobStore store,
      Clock clock,
      String incarnation) {

    Surroundings(
        Consortium consortium,
        FrontDesk desk,
        JobBook book,
        JobStore store,
        Clock clock,
        String incarnation) {
      this(() -> consortium, desk, book, store, clock, incarnation);
    }

    Consortium consortium() {
      return members.get();
    }
  }

  private final Surroundings here;
  private final Map<String, ActorRef<ControlMessage.ToParty>> parties = new HashMap<>();

  private CoordinatorActor(ActorContext<Command> context, Surroundings here) {
    super(context);
    this.here = here;
  }

  /** The actor; whatever it does not know is dropped. */
  static Behavior<Object> create(Surroundings here) {
    return OnlyKnown.of(
        CoordinatorActor::read,
        Behaviors.setup(context ->
            Behaviors.withTimers(timers -> {
              timers.startTimerWithFixedDelay(new Tick(), TICK);
              return new CoordinatorActor(context, here);
            })));
  }

  private static Optional<Command> read(Object message) {
    return switch (message) {
      case ControlMessage.ToCoordinator fromParty -> Optional.of(new FromParty(fromParty));
      case Command command -> Optional.of(command);
      case null, default -> Optional.empty();
    };
  }

  /** What an event of the cluster means to the coordinator. */
  static Command read(ClusterEvent.ClusterDomainEvent event) {
    return switch (event) {
      case ClusterEvent.UnreachableMember lost -> new NodeLost(lost.member().address());
      case ClusterEvent.MemberDowned lost -> new NodeLost(lost.member().address());
      case ClusterEvent.MemberRemoved lost -> new NodeLost(lost.member().address());
      default -> new NoNews();
    };
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case FromParty from -> onParty(from.message());
      case NodeLost lost -> onNodeLost(lost.address());
      case NoNews none -> {}
      case Tick tick -> onTick();
      case Submit submit -> onSubmit(submit);
      case Cancel cancel -> onCancel(cancel);
      case ListJobs list -> list.replyTo().tell(jobs(list.viewer()));
      case ShowJob show -> show.replyTo().tell(show(show.id(), show.viewer()));
      case ListModels list -> list.replyTo().tell(models(list.viewer()));
      case ListParties list -> list.replyTo().tell(parties());
    }
    return this;
  }

  private void onTick() {
    for (String party : List.copyOf(parties.keySet())) {
      if (here.consortium().party(party).isEmpty()) {
        LOG.info("{} is no party of the consortium any more.", party);
        parties.remove(party);
        carryOut(here.book().lost(party, now()));
      }
    }
    carryOut(here.book().tick(now()));
  }

  private void onParty(ControlMessage.ToCoordinator message) {
    try {
      switch (message) {
        case ControlMessage.Register register -> onRegister(register);
        case ControlMessage.Verdict verdict ->
            carryOut(here.book().decided(here.desk().verdict(verdict.verdict()), now()));
        case ControlMessage.Report report ->
            carryOut(
                here.book().reported(here.desk().report(report.report()), report.report(), now()));
      }
    } catch (RefusedException e) {
      LOG.warn("A message from the cluster was refused: {}", e.getMessage());
      if (message instanceof ControlMessage.Register register) {
        register.replyTo().tell(new ControlMessage.Unregistered(e.getMessage()));
      }
    }
  }

  private void onRegister(ControlMessage.Register register) throws RefusedException {
    String replyTo =
        ActorRefResolver.get(getContext().getSystem()).toSerializationFormat(register.replyTo());
    HelloDocument hello = here.desk().hello(register.hello(), replyTo);
    Optional<String> refusal = here.book().refusal(hello.party(), hello.incarnation(), now());
    if (refusal.isPresent()) {
      throw RefusedException.notAllowed(refusal.get());
    }
    if (parties.put(hello.party(), register.replyTo()) == null) {
      LOG.info("{} is up.", hello.party());
    }
    register.replyTo().tell(new ControlMessage.Registered(here.incarnation()));
    carryOut(
        here.book()
            .registered(
                hello.party(), hello.incarnation(), hello.running(), hello.unsettled(), now()));
  }

  private void onNodeLost(Address address) {
    here.consortium().parties().stream()
        .filter(party -> address.hostPort().endsWith("@" + party.control()))
        .forEach(party -> {
          LOG.info("{} is not reachable.", party.name());
          parties.remove(party.name());
          carryOut(here.book().lost(party.name(), now()));
        });
  }

  private void onSubmit(Submit submit) {
    try {
      FrontDesk.Accepted request = here.desk().request(submit.request(), submit.caller());
      JobId id = request.submission().jobId();
      Optional<String> problem = request.submission().problem(now());
      if (problem.isPresent()) {
        throw RefusedException.badData(problem.get());
      }
      carryOut(
          here.book()
              .submit(
                  id,
                  request.envelope(),
                  request.researcher(),
                  submit.request().manifest(),
                  submit.request().submission(),
                  now()));
      submit.replyTo().tell(show(id, submit.caller()));
    } catch (RefusedException e) {
      submit.replyTo().tell(StatusReply.error(e));
    }
  }

  private void onCancel(Cancel cancel) {
    try {
      Document.From<CancelDocument> order = here.desk().cancel(cancel.order(), cancel.caller());
      if (!order.content().jobId().equals(cancel.id())) {
        throw RefusedException.badData("The order is for job " + order.content().jobId() + ".");
      }
      carryOut(here.book().cancel(order.content(), order.author(), cancel.order(), now()));
      cancel.replyTo().tell(show(cancel.id(), cancel.caller()));
    } catch (RefusedException e) {
      cancel.replyTo().tell(StatusReply.error(e));
    }
  }

  private Stream<Job> visible(Principal viewer) {
    return here.book().all().stream()
        .map(JobFile::job)
        .filter(job -> Visibility.shows(job, viewer));
  }

  private List<JobView> jobs(Principal viewer) {
    return visible(viewer).map(job -> Views.of(job, here.book()::isUp)).toList();
  }

  private StatusReply<JobView> show(JobId id, Principal viewer) {
    return here.book()
        .find(id)
        .map(JobFile::job)
        .filter(job -> Visibility.shows(job, viewer))
        .map(job -> StatusReply.success(Views.of(job, here.book()::isUp, viewer)))
        .orElseGet(() -> StatusReply.error(Visibility.noJob(id)));
  }

  private List<ModelView> models(Principal viewer) {
    return visible(viewer).flatMap(job -> Views.model(job).stream()).toList();
  }

  private List<PartyView> parties() {
    return here.consortium().partyNames().stream()
        .map(name -> new PartyView(name, here.book().isUp(name), here.book().heardAt(name)))
        .toList();
  }

  private void carryOut(List<Effect> effects) {
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Save save -> save(save.file());
        case Effect.Archive old -> archive(old.id());
        case Effect.Tell tell -> {
          ActorRef<ControlMessage.ToParty> party = parties.get(tell.party());
          if (party != null) {
            party.tell(tell.message());
          }
        }
      }
    }
  }

  private void save(JobFile file) {
    try {
      here.store().save(file);
      LOG.info("Job {} is {}.", file.job().id(), file.job().status());
    } catch (IOException e) {
      // Going on would tell parties what the disk does not know.
      throw new UncheckedIOException("The state directory cannot be written.", e);
    }
  }

  private void archive(JobId id) {
    try {
      here.store().archive(id);
    } catch (IOException e) {
      // It stays where it is, and the next start of the coordinator tries again.
      LOG.warn("Job {} could not be moved to the archive: {}", id, e.getMessage());
    }
  }

  private Instant now() {
    return here.clock().instant();
  }
}
