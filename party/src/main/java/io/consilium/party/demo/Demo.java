package io.consilium.party.demo;

import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.IdentityException;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.datasets.DatasetException;
import io.consilium.datasets.study.Study;
import io.consilium.datasets.table.DataTable;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.consilium.party.audit.AuditException;
import io.consilium.party.audit.AuditLog;
import io.consilium.training.spec.InvalidSpecException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/**
 * The whole path on one machine: enrolment, separate node processes, secure training by the
 * researcher's command, questions by the client's command, and the same in the clear.
 */
public final class Demo {

  private static final Duration GOODBYE_MAX = Duration.ofSeconds(6);

  /** A process that records its class data for the launcher writes them when it ends. */
  private static final Duration RECORDING_MAX = Duration.ofMinutes(5);

  private static final String RECORD = "CONSILIUM_RECORD";
  private static final Duration KEEP_CHECK = Duration.ofSeconds(1);
  private static final int STEPS = 6;

  /** Test records of each hospital that the client asks about. */
  private static final int QUESTIONS_PER_HOSPITAL = 4;

  private final DemoOptions options;
  private final DemoStudy chosen;
  private final Study study;
  private final Roster roster;
  private final Manifests manifests;
  private final Workspace workspace;
  private final Launcher launcher;
  private final Children children;
  private final Screen screen;
  private final PrintWriter out;
  private final Clock clock;
  private final Instant began;

  private Demo(
      DemoOptions options,
      DemoStudy chosen,
      Workspace workspace,
      Launcher launcher,
      Children children,
      PrintWriter out,
      PrintWriter err,
      Clock clock) {
    this.options = options;
    this.chosen = chosen;
    this.study = chosen.study();
    this.roster = Roster.of(study);
    this.manifests = new Manifests(study, roster);
    this.workspace = workspace;
    this.launcher = launcher;
    this.children = children;
    this.screen = new Screen(err, clock, STEPS);
    this.out = out;
    this.clock = clock;
    this.began = clock.instant();
  }

  /**
   * Runs the demo; on return, or on an exception, no process is left.
   *
   * @param out for the result
   * @param err for progress
   * @throws UserException with a cause, a remedy and the place of the log, if a step fails
   */
  public static void run(DemoOptions options, PrintWriter out, PrintWriter err)
      throws UserException, IOException, InterruptedException {
    DemoStudy chosen = DemoStudy.choose(options);
    Launcher launcher = Launcher.of(System::getenv, chosen.study().effort().nodeMegabytes());
    Workspace workspace = Workspace.create(options.workspace());
    try (Children children = Children.watched(goodbyeMax(), () -> stopping(err))) {
      Demo demo =
          new Demo(options, chosen, workspace, launcher, children, out, err, Clock.systemUTC());
      try {
        demo.run();
      } catch (UserException | IOException | RuntimeException e) {
        awaitTheEndIf(children.isEnding());
        throw e;
      }
    }
  }

  private static void stopping(PrintWriter err) {
    err.println("Stopping all processes ...");
    err.flush();
  }

  /** After Ctrl-C the children are gone and every step fails: that is no news to anybody. */
  private static void awaitTheEndIf(boolean ending) throws InterruptedException {
    if (ending) {
      new CountDownLatch(1).await();
    }
  }

  private void run() throws UserException, IOException, InterruptedException {
    screen.line(
        "Study "
            + study.name()
            + ": "
            + study.description()
            + ".\nWorkspace of this run: "
            + workspace.directory());
    try {
      Sites sites = writeSites();
      List<Holding> holdings = readRecords();
      Network network = startNodes(sites);
      Verbs verbs = new Verbs(launcher, children, screen);
      List<SecureRun> runs = train(verbs);
      finish(verbs, network, holdings, runs);
    } catch (DatasetException | ConfigException e) {
      throw new UserException(ExitCode.BAD_DATA, e.getMessage(), e);
    } catch (IdentityException e) {
      throw new UserException(ExitCode.NOT_ALLOWED, e.getMessage(), e);
    } catch (InvalidSpecException e) {
      throw new UserException(ExitCode.BAD_DATA, "manifest: " + e.getMessage(), e);
    }
  }

  private Sites writeSites() throws UserException, IOException {
    screen.begin("certificates and configuration");
    new Enrolment(clock, new SecureRandom()).enrol(roster, workspace);
    Sites sites = new Sites(chosen, roster, workspace);
    sites.write(manifests);
    screen.done(
        "an authority, "
            + roster.principals().size()
            + " identities (Ed25519), a folder for each participant");
    return sites;
  }

  private List<Holding> readRecords() throws DatasetException {
    screen.begin("records");
    List<Holding> holdings = new ArrayList<>();
    List<String> sizes = new ArrayList<>();
    for (String hospital : roster.hospitals()) {
      Holding holding = Holding.read(study, hospital, workspace.datasets(hospital));
      holdings.add(holding);
      sizes.add(hospital + " " + holding.rows());
    }
    screen.done(String.join(", ", sizes));
    return holdings;
  }

  private Network startNodes(Sites sites)
      throws UserException, IOException, ConfigException, IdentityException, InterruptedException {
    screen.begin(
        "nodes: "
            + roster.parties().size()
            + " hospitals and a coordinator, each a process of its own");
    Network network = new Network(roster, workspace, sites, launcher, children, screen, clock);
    network.start();
    screen.done("all are up, connected by mutual TLS 1.3");
    return network;
  }

  private List<SecureRun> train(Verbs verbs)
      throws UserException, IOException, InterruptedException {
    screen.begin(
        "secure training by " + String.join(", ", roster.computeParties()) + " (suite rep3)");
    Researcher researcher =
        new Researcher(workspace, roster, verbs, Duration.ofMinutes(study.effort().minutes()));
    List<SecureRun> runs = new ArrayList<>();
    for (long seed : chosen.seeds()) {
      if (chosen.seeds().size() > 1) {
        screen.note("split " + (runs.size() + 1) + "/" + chosen.seeds().size() + ", seed " + seed);
      }
      runs.add(researcher.train(seed));
    }
    screen.done(runs.size() == 1 ? "one model" : runs.size() + " models");
    return runs;
  }

  private void finish(Verbs verbs, Network network, List<Holding> holdings, List<SecureRun> runs)
      throws UserException,
          IOException,
          InterruptedException,
          DatasetException,
          InvalidSpecException,
          IdentityException {
    List<Trial> trials = verify(holdings, runs);
    Answers answers = ask(verbs, trials.getLast(), holdings);
    network.requireRunning();
    String opened = opened();
    if (!options.keep()) {
      children.stopAll();
    }
    report(trials, answers, opened);
    if (options.keep()) {
      keep(network);
    }
  }

  private List<Trial> verify(List<Holding> holdings, List<SecureRun> runs)
      throws DatasetException, InvalidSpecException {
    screen.begin(
        "the same training in the clear (ND4J)"
            + (chosen.alone() ? ", and each hospital alone" : ""));
    int rows = holdings.stream().mapToInt(Holding::rows).sum();
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      long seed = chosen.seeds().get(i);
      List<Holding.Parts> parts = parts(holdings, seed);
      Verification verification =
          new Verification(study.schema(), manifests.of(seed), parts, clock);
      Verification.Trained pooled = verification.pooledModel(rows);
      List<Score> own = new ArrayList<>();
      if (chosen.alone()) {
        for (Holding.Parts part : parts) {
          own.add(verification.ownModel(part).score());
        }
      }
      trials.add(new Trial(runs.get(i), verification, pooled, own));
    }
    screen.done("on the same splits and batches");
    return trials;
  }

  private List<Holding.Parts> parts(List<Holding> holdings, long seed) throws DatasetException {
    List<Holding.Parts> parts = new ArrayList<>();
    for (Holding holding : holdings) {
      parts.add(holding.parts(manifests.of(seed)));
    }
    return parts;
  }

  /** What the client learned, against what the model in the clear says. */
  private record Answers(int count, double difference) {}

  private Answers ask(Verbs verbs, Trial last, List<Holding> holdings)
      throws UserException, IOException, InterruptedException, DatasetException {
    screen.begin("questions of a client, each shared among the compute parties");
    long seed = chosen.seeds().getLast();
    List<DataTable> records =
        parts(holdings, seed).stream()
            .map(each -> Questions.some(each.test(), QUESTIONS_PER_HOSPITAL))
            .toList();
    Questions.write(study.schema(), records, workspace.questions());
    int count = records.stream().mapToInt(DataTable::rows).sum();
    List<double[]> answers =
        new Client(workspace, verbs).ask(manifests.model(), last.run().version(), count);
    double[] secure = answers.stream().flatMapToDouble(Arrays::stream).toArray();
    double[] clear = last.verification().predict(last.pooled().model(), records);
    screen.done(count + " records that no training used, answered");
    return new Answers(count, Differences.largest(secure, clear));
  }

  /** Verifies a compute party's audit log and says what it tells. */
  private String opened() throws UserException, IOException, IdentityException {
    Principal party = new Principal(Role.PARTY, roster.computeParties().getFirst());
    try {
      Identity identity = Identity.load(workspace.identity(party));
      return Opened.summary(
          AuditLog.verify(workspace.state(party.name()), identity.trust(), party));
    } catch (AuditException e) {
      throw new UserException(ExitCode.BAD_DATA, e.getMessage(), e);
    }
  }

  private void report(List<Trial> trials, Answers answers, String opened) {
    Outcome outcome = outcome(trials, answers);
    Report report = new Report(outcome);
    NextSteps next =
        new NextSteps(roster, workspace, manifests.model(), launcher.script(), Path.of(""));
    out.println();
    out.println(report.table());
    out.println();
    out.println(report.differences());
    out.println(
        "Opened, by the audit log of " + roster.computeParties().getFirst() + ": " + opened + ".");
    out.println();
    out.println(next.places());
    out.println(
        options.keep() ? next.meanwhile(chosen.seeds().getLast()) : next.afterwards(repeated()));
    if (options.json()) {
      out.println(report.json());
    }
    out.flush();
  }

  private Outcome outcome(List<Trial> trials, Answers answers) {
    return new Outcome(
        study.name(),
        chosen.seeds(),
        IntStream.range(0, trials.getFirst().own().size())
            .mapToObj(i -> Score.mean(trials.stream().map(trial -> trial.own().get(i)).toList()))
            .toList(),
        Score.mean(trials.stream().map(Trial::secure).toList()),
        Score.mean(trials.stream().map(trial -> trial.pooled().score()).toList()),
        trials.stream().mapToDouble(Trial::weightDifference).max().orElseThrow(),
        answers.difference(),
        answers.count(),
        trials.stream().mapToLong(trial -> trial.run().bytesPerParty()).max().orElseThrow(),
        trials.getFirst().pooled().steps(),
        trials.stream().mapToLong(trial -> trial.run().rounds()).max().orElseThrow(),
        trials.stream().mapToInt(trial -> trial.run().roundsPerStep()).max().orElseThrow(),
        Duration.between(began, clock.instant()).toMillis() / 1000.0);
  }

  /** The options that make the same demo again. */
  private String repeated() {
    StringBuilder text = new StringBuilder();
    if (!study.name().equals(DemoOptions.STUDY_DEFAULT)) {
      text.append(" --study ").append(study.name());
    }
    options.data().ifPresent(data -> text.append(" --data ").append(data));
    options.hospitals().ifPresent(count -> text.append(" --hospitals ").append(count));
    options.seeds().ifPresent(count -> text.append(" --seeds ").append(count));
    options.alone().ifPresent(alone -> text.append(alone ? " --alone" : " --no-alone"));
    return text.toString();
  }

  private void keep(Network network) throws UserException, InterruptedException {
    while (true) {
      network.requireRunning();
      Thread.sleep(KEEP_CHECK);
    }
  }

  private static Duration goodbyeMax() {
    return System.getenv(RECORD) == null ? GOODBYE_MAX : RECORDING_MAX;
  }
}
