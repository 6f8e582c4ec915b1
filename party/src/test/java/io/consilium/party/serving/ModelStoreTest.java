package io.consilium.party.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.identity.Principal;
import io.consilium.inference.ModelAsset;
import io.consilium.inference.ModelCard;
import io.consilium.party.files.TrialDisk;
import io.consilium.party.store.SealedStore;
import io.consilium.party.store.StoreKey;
import io.consilium.protocols.rep3.InsecureShareAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A new version of a model counts at all three hospitals or at none, whenever the power fails. */
final class ModelStoreTest {
  private static final String MODEL = "risk";
  private static final List<String> PARTIES = List.of("hospital-a", "hospital-b", "hospital-c");
  private static final JobId OLD = new JobId("00000000000a");
  private static final JobId NEW = new JobId("00000000000b");
  private static final Optional<JobStatus> SUCCEEDED = Optional.of(JobStatus.SUCCEEDED);
  private static final Optional<JobStatus> FAILED = Optional.of(JobStatus.FAILED);

  @TempDir private Path directory;
  private final SecureRandom random = new SecureRandom();

  // ---- a hospital's store ----------------------------------------------------------------------

  /** One hospital: its folder, a disk whose power may fail, and its store. */
  private final class Hospital {
    private final String name;
    private final Path home;
    private TrialDisk disk;
    private ModelStore models;

    Hospital(String name, Path home) throws IOException {
      this.name = name;
      this.home = home;
      Files.createDirectories(home);
      start();
    }

    void start() throws IOException {
      disk = new TrialDisk(home);
      SealedStore store = SealedStore.open(disk.root(), Principal.party(name), random);
      models = new ModelStore(store, System::nanoTime);
      models.recover();
    }

    boolean isUp() {
      return !disk.isCut();
    }

    /** Does something, in which the power may fail; true if it did not. */
    boolean survives(Step step) throws IOException {
      if (!isUp()) {
        return false;
      }
      try {
        step.run(models);
        return true;
      } catch (TrialDisk.PowerCut e) {
        return false;
      }
    }

    OptionalInt version() {
      return models.card(MODEL, OptionalInt.empty()).stream()
          .mapToInt(ModelCard::version)
          .findFirst();
    }
  }

  private interface Step {
    void run(ModelStore models) throws IOException;
  }

  private static ModelAsset asset(int version, JobId job) {
    ModelCard card =
        new ModelCard(
            MODEL,
            version,
            "logistic",
            job.value(),
            "00ff",
            PARTIES,
            JsonNodeFactory.instance.objectNode(),
            JsonNodeFactory.instance.objectNode(),
            JsonNodeFactory.instance.objectNode(),
            new ModelCard.Features(4, 24, 1),
            new ModelCard.Output("probability", List.of("0", "1"), 1, 16),
            "2026-01-02T03:04:05Z");
    return new ModelAsset(card, List.of(), List.of(new long[] {1, 2, 3}));
  }

  private static void prepare(ModelStore models, int version, JobId job) throws IOException {
    models.prepare(asset(version, job), true, InsecureShareAccess.get());
  }

  private static void store(ModelStore models, int version, JobId job) throws IOException {
    prepare(models, version, job);
    models.confirm(asset(version, job).card());
    models.settle(job, SUCCEEDED);
  }

  /** Three hospitals that serve version 1: copies of the same three. */
  private List<Hospital> hospitals(String folder) throws IOException {
    List<Hospital> hospitals = new ArrayList<>();
    for (String name : PARTIES) {
      Path first = directory.resolve("first").resolve(name);
      if (!Files.exists(first)) {
        store(new Hospital(name, first).models, 1, OLD);
      }
      Path home = directory.resolve(folder).resolve(name);
      copy(first, home);
      hospitals.add(new Hospital(name, home));
    }
    return hospitals;
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        Files.copy(each, to.resolve(from.relativize(each)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /** What a client is served: the latest version, or the lowest if one hospital is behind. */
  private static int servedToClients(List<Hospital> hospitals) throws IOException {
    int lowest = hospitals.stream().mapToInt(each -> each.version().orElseThrow()).min().getAsInt();
    Set<String> jobs = new TreeSet<>();
    for (Hospital each : hospitals) {
      ModelCard card = each.models.card(MODEL, OptionalInt.of(lowest)).orElseThrow();
      jobs.add(card.jobId());
      assertThat(each.models.asset(card).known().getFirst()).containsExactly(1, 2, 3);
    }
    assertThat(jobs).hasSize(1);
    return lowest;
  }

  // ---- power cuts ------------------------------------------------------------------------------

  /**
   * The job of a new version, as the parties and the coordinator run it.
   *
   * @return how the coordinator says that it ended
   */
  private static Optional<JobStatus> job(List<Hospital> hospitals, JobStatus ifAllStored)
      throws IOException {
    boolean prepared = true;
    for (Hospital each : hospitals) {
      prepared &= each.survives(models -> prepare(models, 2, NEW));
    }
    boolean confirmed = prepared;
    if (prepared) {
      for (Hospital each : hospitals) {
        confirmed &= each.survives(models -> models.confirm(asset(2, NEW).card()));
      }
    }
    Optional<JobStatus> outcome = confirmed ? Optional.of(ifAllStored) : FAILED;
    for (Hospital each : hospitals) {
      boolean _ = each.survives(models -> models.settle(NEW, outcome));
    }
    return outcome;
  }

  /** One of them, the first and the last to take a step; two; all three. */
  private static List<Set<Integer>> whoFails() {
    return List.of(Set.of(0), Set.of(2), Set.of(0, 1), Set.of(0, 1, 2));
  }

  @ParameterizedTest
  @EnumSource(names = {"SUCCEEDED", "CANCELLED"})
  void aPowerCutAtAnyStepLeavesOneVersionServed(JobStatus ifAllStored) throws Exception {
    Set<Optional<JobStatus>> outcomes = new HashSet<>();
    for (Set<Integer> failing : whoFails()) {
      boolean failed = true;
      int steps = 0;
      for (; failed; steps++) {
        List<Hospital> hospitals = hospitals(ifAllStored + "-" + failing + "-" + steps);
        for (int index : failing) {
          hospitals.get(index).disk.cutPowerAfter(steps);
        }

        Optional<JobStatus> outcome = job(hospitals, ifAllStored);
        failed = hospitals.stream().anyMatch(each -> !each.isUp());
        outcomes.add(outcome);

        for (Hospital each : hospitals) {
          if (!each.isUp()) {
            each.start();
          }
        }
        String when = failing + " after " + steps + " steps, " + outcome;
        // Before anybody has asked the coordinator: a hospital that was away is behind at most.
        int served = servedToClients(hospitals);
        assertThat(served).as(when).isIn(1, outcome.equals(SUCCEEDED) ? 2 : 1);
        for (Hospital each : hospitals) {
          for (JobId unsettled : each.models.unsettled()) {
            assertThat(unsettled).isEqualTo(NEW);
            each.models.settle(unsettled, outcome);
          }
        }
        assertSettled(hospitals, outcome.equals(SUCCEEDED) ? 2 : 1, when);
      }
      assertThat(steps).as("steps of a job in which nothing fails").isGreaterThan(15);
    }
    assertThat(outcomes).containsExactlyInAnyOrder(FAILED, Optional.of(ifAllStored));
  }

  private static void assertSettled(List<Hospital> hospitals, int version, String when)
      throws IOException {
    assertThat(servedToClients(hospitals)).as(when).isEqualTo(version);
    for (Hospital each : hospitals) {
      assertThat(each.version()).as(when).hasValue(version);
      assertThat(each.models.unsettled()).as(when).isEmpty();
      assertThat(each.models.nextVersion(MODEL)).as(when).isEqualTo(version + 1);
      // Shares and stage of each version, the check of the key, and nothing besides.
      try (Stream<Path> all = Files.walk(each.home.resolve("store"))) {
        assertThat(all.filter(Files::isRegularFile)).as(when).hasSize(2 * version + 1);
      }
    }
  }

  // ---- what counts -----------------------------------------------------------------------------

  @Test
  void servesNothingOfAJobThatDidNotSucceed() throws Exception {
    for (JobStatus outcome : EnumSet.of(JobStatus.FAILED, JobStatus.CANCELLED)) {
      ModelStore models = new Hospital("hospital-a", directory.resolve(outcome.name())).models;
      prepare(models, 1, NEW);
      models.confirm(asset(1, NEW).card());
      assertThat(models.unsettled()).containsExactly(NEW);

      models.settle(NEW, Optional.of(outcome));

      assertThat(models.card(MODEL, OptionalInt.empty())).isEmpty();
      assertThat(models.card(MODEL, OptionalInt.of(1))).isEmpty();
      assertThat(models.unsettled()).isEmpty();
      assertThat(models.nextVersion(MODEL)).isEqualTo(1);
    }
  }

  @Test
  void theCoordinatorsWordIsNotEnoughForAVersionThatNotAllHaveStored() throws Exception {
    ModelStore models = new Hospital("hospital-a", directory).models;
    prepare(models, 1, NEW);

    models.settle(NEW, SUCCEEDED);

    assertThat(models.card(MODEL, OptionalInt.of(1))).isEmpty();
  }

  @Test
  void whatIsSettledStaysWhateverTheCoordinatorSaysLater() throws Exception {
    ModelStore models = new Hospital("hospital-a", directory).models;
    store(models, 1, OLD);

    models.settle(OLD, FAILED);
    models.settle(OLD, Optional.empty());

    assertThat(models.card(MODEL, OptionalInt.empty())).isPresent();
  }

  @Test
  void keepsWhatTheCoordinatorDoesNotKnowAndServesItOnceItDoes() throws Exception {
    Hospital hospital = new Hospital("hospital-a", directory);
    prepare(hospital.models, 1, NEW);
    hospital.models.confirm(asset(1, NEW).card());
    hospital.start();

    hospital.models.settle(NEW, Optional.empty());
    assertThat(hospital.version()).isEmpty();
    assertThat(hospital.models.unsettled()).containsExactly(NEW);
    hospital.models.settle(NEW, SUCCEEDED);

    assertThat(hospital.version()).hasValue(1);
  }

  @Test
  void aModelThatIsNotForQuestionsIsKeptAndNotServed() throws Exception {
    ModelStore models = new Hospital("hospital-a", directory).models;
    models.prepare(asset(1, NEW), false, InsecureShareAccess.get());
    models.confirm(asset(1, NEW).card());
    models.settle(NEW, SUCCEEDED);

    assertThat(models.card(MODEL, OptionalInt.empty())).isEmpty();
    assertThat(models.nextVersion(MODEL)).isEqualTo(2);
  }

  @Test
  void aDamagedFileIsNamedAndDoesNotKeepTheNodeFromStarting() throws Exception {
    Hospital hospital = new Hospital("hospital-a", directory);
    store(hospital.models, 1, OLD);
    SealedStore store = SealedStore.beside(directory, Principal.party("hospital-a"), random);
    Path file = store.file(new StoreKey("model", MODEL, 1));
    byte[] bytes = Files.readAllBytes(file);
    bytes[40] ^= 1;
    Files.write(file, bytes);

    hospital.start();

    assertThatThrownBy(hospital::version)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file.getFileName().toString());
  }

  @Test
  void aFullDiskLeavesTheOldVersion() throws Exception {
    Hospital hospital = new Hospital("hospital-a", directory);
    store(hospital.models, 1, OLD);
    for (long room = 0; room < 2_000; room += 97) {
      hospital.disk.room(room);
      try {
        prepare(hospital.models, 2, NEW);
        hospital.models.confirm(asset(2, NEW).card());
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("No space left");
      }
      hospital.models.settle(NEW, FAILED);
      assertThat(hospital.version()).hasValue(1);
      assertThat(hospital.models.nextVersion(MODEL)).isEqualTo(2);
    }
  }
}
