package io.consilium.party.serving;

import io.consilium.coordinator.contract.HelloDocument;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.inference.ModelAsset;
import io.consilium.inference.ModelAssetCodec;
import io.consilium.inference.ModelCard;
import io.consilium.inference.ModelShelf;
import io.consilium.party.serving.ModelStage.Step;
import io.consilium.party.store.Sealed;
import io.consilium.party.store.SealedStore;
import io.consilium.party.store.StoreKey;
import io.consilium.protocols.rep3.ShareAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This party's shares of models, sealed under name and version.
 *
 * <p>A new version is stored in steps, each of them on the disk before the next. {@link #prepare}:
 * the shares are here. {@link #confirm}: all three parties said so, of the same card. {@link
 * #settle}: the coordinator said that the job succeeded. Only then the version counts; until then
 * the one before it is served. After a crash between two steps the coordinator is asked how the job
 * ended, see {@link #unsettled}; what belongs to a job that did not succeed is deleted.
 *
 * <p>Safe for use by several threads.
 */
public final class ModelStore implements ModelShelf {
  private static final Logger LOG = LoggerFactory.getLogger(ModelStore.class);

  private static final String KIND = "model";

  /** Models whose disclosure list has no predictions: kept, and never on the shelf. */
  private static final String UNSERVED = "unserved-model";

  /** A file of a few bytes for each version, in whose header the {@link ModelStage} is. */
  private static final String STAGE = "model-stage";

  /** How long a question for a card waits for a version that all three have just stored. */
  private static final Duration SETTLING_MAX = Duration.ofSeconds(3);

  private final SealedStore store;
  private final LongSupplier nanos;

  /** What does not count yet. */
  private final Map<StoreKey, ModelStage> open = new LinkedHashMap<>();

  /** Of these, the ones that this process confirmed: it is a matter of moments. */
  private final Set<StoreKey> settling = new HashSet<>();

  /** Jobs that the coordinator does not know. */
  private final Set<String> unknown = new HashSet<>();

  /**
   * The models of a store; {@link #recover} comes before any use that is not reading.
   *
   * @param nanos a clock that only goes forward
   */
  public ModelStore(SealedStore store, LongSupplier nanos) {
    this.store = store;
    this.nanos = nanos;
  }

  // ---- storing ---------------------------------------------------------------------------------

  /** The version that this party would give the next model of a name. */
  public int nextVersion(String name) throws IOException {
    long last = 0;
    for (String kind : List.of(KIND, UNSERVED, STAGE)) {
      last = Math.max(last, store.latest(kind, name).map(StoreKey::version).orElse(0L));
    }
    return Math.toIntExact(last + 1);
  }

  /**
   * Keeps a new version, which does not count yet; one of the same name and version must not be
   * there.
   *
   * @param served whether the manifest puts it up for questions
   */
  public void prepare(ModelAsset asset, boolean served, ShareAccess access) throws IOException {
    ModelCard card = asset.card();
    StoreKey key = stageKey(card);
    // The stage comes first: so there never are shares of which nobody knows how far they came.
    begin(key, card, served);
    ModelAssetCodec.Encoded encoded = ModelAssetCodec.encode(asset, access);
    // Without the lock: it may take minutes, and the models that are in use are asked meanwhile.
    store.write(key(card, served), encoded.header(), encoded.words());
    synchronized (this) {
      if (!open.containsKey(key)) {
        discard(key);
        throw new IOException("the job was stopped while " + card.title() + " was stored");
      }
    }
  }

  private synchronized void begin(StoreKey key, ModelCard card, boolean served) throws IOException {
    if (store.contains(key) || store.contains(key(card, served))) {
      throw new IllegalStateException(card.title() + " is in the store already");
    }
    move(key, ModelStage.of(card, served, Step.PREPARED));
  }

  /** Notes that all three parties have this card and their shares of it on the disk. */
  public synchronized void confirm(ModelCard card) throws IOException {
    StoreKey key = stageKey(card);
    ModelStage stage = open.get(key);
    if (stage == null || stage.step() != Step.PREPARED || !stage.isOf(card)) {
      throw new IOException(card.title() + " is not prepared here any more");
    }
    move(key, stage.at(Step.CONFIRMED));
    settling.add(key);
  }

  private void move(StoreKey key, ModelStage stage) throws IOException {
    store.write(key, stage.json(), List.of());
    open.put(key, stage);
  }

  /**
   * Notes how a job ended: what it stored counts from now on, or is deleted. Without effect on what
   * was settled before.
   *
   * @param outcome empty if the coordinator does not know the job; then nothing changes
   */
  public synchronized void settle(JobId job, Optional<JobStatus> outcome) throws IOException {
    for (StoreKey key : List.copyOf(open.keySet())) {
      ModelStage stage = open.get(key);
      if (!stage.job().equals(job.value())) {
        continue;
      }
      if (outcome.isEmpty()) {
        warnOfUnknown(key, job);
        continue;
      }
      if (outcome.get() == JobStatus.SUCCEEDED && stage.step() == Step.CONFIRMED) {
        move(key, stage.at(Step.SETTLED));
        LOG.info("Model '{}' version {} is in use from now on.", key.name(), key.version());
      } else {
        discard(key);
        LOG.info(
            "Model '{}' version {} is deleted: job {} did not store it at all three hospitals.",
            key.name(),
            key.version(),
            job);
      }
      open.remove(key);
      settling.remove(key);
      notifyAll();
    }
  }

  private void warnOfUnknown(StoreKey key, JobId job) {
    if (unknown.add(job.value())) {
      LOG.warn(
          "Model '{}' version {} is not served: the coordinator does not know its job {}.",
          key.name(),
          key.version(),
          job);
    }
  }

  /**
   * Jobs whose models wait here for the end of the job. Those that the coordinator does not know
   * come last, so that they never keep others from being asked for.
   */
  public synchronized List<JobId> unsettled() {
    return open.values().stream()
        .map(ModelStage::job)
        .distinct()
        .sorted(Comparator.comparing(unknown::contains))
        .limit(HelloDocument.JOBS_MAX)
        .map(JobId::new)
        .toList();
  }

  /**
   * Looks through the store at the start of the node, when nothing else uses it: deletes what a
   * crash left half stored, and says what is damaged.
   */
  public synchronized void recover() {
    for (String kind : List.of(KIND, UNSERVED)) {
      for (StoreKey key : listed(kind)) {
        inspect(key, () -> adopt(key));
      }
    }
    for (StoreKey key : listed(STAGE)) {
      inspect(key, () -> recover(key));
    }
  }

  private interface Inspection {
    void run() throws IOException;
  }

  private List<StoreKey> listed(String kind) {
    try {
      return store.list(kind);
    } catch (IOException e) {
      LOG.error("The store of models cannot be read: {}", e.getMessage());
      return List.of();
    }
  }

  /** One damaged file does not keep the other models from being served. */
  private static void inspect(StoreKey key, Inspection inspection) {
    try {
      inspection.run();
    } catch (IOException | RuntimeException e) {
      LOG.error(
          "Model '{}' version {} cannot be served: {}", key.name(), key.version(), e.getMessage());
    }
  }

  /** A file without a stage, such as one of an earlier release: the coordinator knows its job. */
  private void adopt(StoreKey model) throws IOException {
    StoreKey key = new StoreKey(STAGE, model.name(), model.version());
    if (!store.contains(key)) {
      ModelCard card = ModelAssetCodec.card(store.readPublicHeader(model));
      store.write(
          key, ModelStage.of(card, model.kind().equals(KIND), Step.CONFIRMED).json(), List.of());
    }
  }

  private void recover(StoreKey key) throws IOException {
    ModelStage stage = stage(key);
    switch (stage.step()) {
      case PREPARED -> {
        // This party never said that it stored it, so the job cannot have succeeded.
        discard(key);
        LOG.info(
            "Model '{}' version {} was half stored and is deleted.", key.name(), key.version());
      }
      case CONFIRMED -> open.put(key, stage);
      case SETTLED -> {
        ModelCard _ = card(key, stage);
      }
    }
  }

  /** Shares first: what is left after a crash is deleted at the next start. */
  private void discard(StoreKey key) throws IOException {
    boolean _ = store.delete(new StoreKey(KIND, key.name(), key.version()));
    boolean _ = store.delete(new StoreKey(UNSERVED, key.name(), key.version()));
    boolean _ = store.delete(key);
  }

  private ModelStage stage(StoreKey key) throws IOException {
    return ModelStage.parse(store.readPublicHeader(key));
  }

  // ---- the shelf -------------------------------------------------------------------------------

  @Override
  public Optional<ModelCard> card(String name, OptionalInt version) {
    try {
      awaitSettling(name);
      return find(name, version);
    } catch (IllegalArgumentException e) {
      // A name that cannot be the name of a model.
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All three have it: the coordinator's word is on its way, but never waited for for long. */
  private synchronized void awaitSettling(String name) {
    long end = nanos.getAsLong() + SETTLING_MAX.toNanos();
    while (settling.stream().anyMatch(key -> key.name().equals(name))) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - nanos.getAsLong());
      if (left <= 0) {
        // The coordinator is away, and nobody else has to wait for it.
        settling.removeIf(key -> key.name().equals(name));
        return;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private Optional<ModelCard> find(String name, OptionalInt version) throws IOException {
    List<StoreKey> candidates =
        version.isPresent()
            ? List.of(new StoreKey(STAGE, name, version.getAsInt()))
            : store.list(STAGE).stream()
                .filter(key -> key.name().equals(name))
                .sorted(Comparator.comparingLong(StoreKey::version).reversed())
                .toList();
    for (StoreKey key : candidates) {
      Optional<ModelStage> stage = store.contains(key) ? Optional.of(stage(key)) : Optional.empty();
      if (stage.isPresent() && stage.get().step() == Step.SETTLED && stage.get().served()) {
        return Optional.of(card(key, stage.get()));
      }
    }
    return Optional.empty();
  }

  private ModelCard card(StoreKey key, ModelStage stage) throws IOException {
    StoreKey model = new StoreKey(stage.served() ? KIND : UNSERVED, key.name(), key.version());
    ModelCard card = ModelAssetCodec.card(store.readPublicHeader(model));
    if (!stage.isOf(card)) {
      throw new IOException(
          store.file(model) + " holds another model than the one that was stored there.");
    }
    return card;
  }

  @Override
  public ModelAsset asset(ModelCard card) throws IOException {
    Sealed sealed = store.read(key(card, true));
    return ModelAssetCodec.decode(sealed.publicHeader(), sealed.words());
  }

  private static StoreKey key(ModelCard card, boolean served) {
    return new StoreKey(served ? KIND : UNSERVED, card.name(), card.version());
  }

  private static StoreKey stageKey(ModelCard card) {
    return new StoreKey(STAGE, card.name(), card.version());
  }
}
