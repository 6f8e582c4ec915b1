package io.consilium.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.protocols.Cost;
import io.consilium.training.spec.InvalidSpecException;
import io.consilium.training.spec.ProgramSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a training program will do, known before a single share exists: steps, costs, and every
 * value that it will open. Each party compiles it for itself; equal {@link #digest digests} are
 * equal programs.
 */
public final class TrainingPlan {
  private static final int SCORED_ELEMENTS = 1 << 21;

  /** Counted into the digest: programs of different versions never run together. */
  private static final int PROGRAM_VERSION = 4;

  private final ProgramSpec spec;
  private final DataLayout layout;
  private final Set<ReleasedValue> released;
  private final BatchPlan batches;
  private final TrainingStep step;
  private final List<Fold> folds;
  private final String digest;
  private final PlannedCost cost;
  private final Cost legalRows;

  private TrainingPlan(
      ProgramSpec spec,
      DataLayout layout,
      Set<ReleasedValue> released,
      BatchPlan batches,
      TrainingStep step,
      List<Fold> folds) {
    this.spec = spec;
    this.layout = layout;
    this.released = released;
    this.batches = batches;
    this.step = step;
    this.folds = List.copyOf(folds);
    this.digest = sha256(canonical(toJson()));
    this.cost = PlannedCost.of(this);
    this.legalRows = PlannedCost.ofLegalRows(this);
  }

  /** One value that the program opens, and how many ring elements in a whole run. */
  public record PlannedDisclosure(ReleasedValue value, long elements) {}

  /**
   * Compiles a program.
   *
   * @param released the values to be computed and opened; the others are not even computed
   * @throws InvalidSpecException if it cannot run: wrong values for this data, a number that cannot
   *     be represented, a metric that is not offered
   */
  public static TrainingPlan compile(
      ProgramSpec spec, DataLayout layout, Collection<ReleasedValue> released)
      throws InvalidSpecException {
    layout.requirePossible();
    EnumSet<ReleasedValue> values = EnumSet.noneOf(ReleasedValue.class);
    values.addAll(released);
    for (ReleasedValue value : values) {
      value.requireOffered(spec.model(), layout);
    }
    requireWatched(spec, values);
    List<Fold> folds = Fold.of(spec, layout, values);
    BatchPlan batches =
        new BatchPlan(spec.training().seed(), layout.trainingTotal(), spec.training().batchSize());
    TrainingStep step = TrainingStep.of(spec, layout.features(), batches);
    try {
      return new TrainingPlan(spec, layout, values, batches, step, folds);
    } catch (IllegalArgumentException e) {
      // The phases run on outlines; what does not fit the ring or a limit ends there.
      throw new InvalidSpecException("model", "cannot be computed: " + e.getMessage());
    }
  }

  /**
   * Refuses what no data can make possible, before there is any: layers that do not fit, a learning
   * rate that full batches cannot represent, a value that the model does not have, a watched metric
   * that is not opened.
   *
   * @param released the values to be opened
   */
  public static void requirePossible(
      ProgramSpec spec, int features, Collection<ReleasedValue> released)
      throws InvalidSpecException {
    for (ReleasedValue value : released) {
      value.requireOffered(spec.model());
    }
    requireWatched(spec, released);
    requirePossible(spec, features);
  }

  private static void requireWatched(ProgramSpec spec, Collection<ReleasedValue> released)
      throws InvalidSpecException {
    Optional<ReleasedValue> watched = watched(spec);
    if (watched.isPresent() && !released.contains(watched.get())) {
      throw new InvalidSpecException(
          "training.earlyStopping.metric",
          "'%s' is opened after every epoch, so the list 'disclosures' must have it"
              .formatted(watched.get().word()));
    }
  }

  private static Optional<ReleasedValue> watched(ProgramSpec spec) {
    return spec.control()
        .earlyStopping()
        .flatMap(stopping -> ReleasedValue.of(stopping.metric().word()));
  }

  /** Refuses layers that do not fit and a rate that cannot be represented. */
  static void requirePossible(ProgramSpec spec, int features) throws InvalidSpecException {
    int batch = spec.training().batchSize();
    var _ = TrainingStep.of(spec, features, new BatchPlan(spec.training().seed(), batch, batch));
  }

  public ProgramSpec spec() {
    return spec;
  }

  public DataLayout layout() {
    return layout;
  }

  public BatchPlan batches() {
    return batches;
  }

  TrainingStep step() {
    return step;
  }

  /** The trainings of the cross-validation, before that of the model. */
  List<Fold> folds() {
    return folds;
  }

  /** How many trainings there are before that of the model itself. */
  public int foldCount() {
    return folds.size();
  }

  /**
   * How many rows the metrics of one of the trainings are computed on.
   *
   * @param fold from 1 on; 0 for the model itself
   */
  public int evaluatedRows(int fold) {
    return fold == 0 ? layout.evaluatedTotal() : folds.get(fold - 1).plan().evaluatedRows(0);
  }

  /** The metric that is opened after every epoch to decide whether training goes on. */
  public Optional<ReleasedValue> watched() {
    return watched(spec);
  }

  /** Whether fewer epochs than planned are possible, so that steps and costs are the most. */
  public boolean mayStopEarly() {
    return spec.control().earlyStopping().isPresent();
  }

  public boolean releases(ReleasedValue value) {
    return released.contains(value);
  }

  /** Whether anything is computed on the evaluated rows. */
  boolean evaluates() {
    return released.stream().anyMatch(value -> value != ReleasedValue.WEIGHTS);
  }

  /** Gradient steps of the training of the model, at most. */
  public long steps() {
    return (long) spec.training().epochs() * batches.batchesPerEpoch();
  }

  /** Gradient steps of the whole run, those of a cross-validation included, at most. */
  public long stepsOfRun() {
    return steps() + folds.stream().mapToLong(fold -> fold.plan().steps()).sum();
  }

  /** Everything that the program opens, in all of its trainings; at most. */
  public List<PlannedDisclosure> disclosures() {
    return released.stream()
        .map(value ->
            new PlannedDisclosure(
                value,
                value.elements(this)
                    + folds.stream()
                        .filter(fold -> fold.plan().releases(value))
                        .mapToLong(fold -> value.elements(fold.plan()))
                        .sum()))
        .toList();
  }

  /** The declared cost of a step with a full batch. */
  public Cost stepCost() {
    return cost.step(batches.batchSize());
  }

  /** The declared cost of a step with so many rows. */
  public Cost stepCost(int batchRows) {
    return PlannedCost.ofStep(this, batchRows);
  }

  /** The declared cost of the whole run, at most; sharing of the inputs not included. */
  public Cost totalCost() {
    return folds.stream()
        .map(fold -> fold.plan().trainingCost())
        .reduce(legalRows, Cost::then)
        .then(trainingCost());
  }

  /** Of one training, after all rows have been made legal. */
  private Cost trainingCost() {
    return cost.ofEpochs(spec.training().epochs());
  }

  /** The declared cost of a run without folds that ends after so many epochs. */
  public Cost costOfEpochs(int epochs) {
    return legalRows.then(cost.ofEpochs(epochs));
  }

  /** The shape of the model that comes out. */
  public ModelLayout modelLayout() {
    return modelLayout(digest());
  }

  private ModelLayout modelLayout(String planDigest) {
    return new ModelLayout(spec.model(), layout.features(), spec.standardise(), planDigest);
  }

  /**
   * Rows that are scored at a time: the widest layer has about {@value #SCORED_ELEMENTS} elements
   * of them, 32 MiB of shares.
   */
  int scoredRows() {
    long widest = layout.features();
    for (PlannedLayer layer : layers()) {
      widest = Math.max(widest, layer.output().size());
    }
    return (int) Math.clamp(SCORED_ELEMENTS / widest, 1, layout.blockRows());
  }

  /** The layers in their order; one, if the model is linear in the features. */
  public List<PlannedLayer> layers() {
    return step.layers();
  }

  /** What the values of a step are assumed to be. */
  public List<DeclaredRange> ranges() {
    return step.ranges();
  }

  /** Numbers that are trained, and running statistics. */
  public long parameters() {
    return modelLayout("").parameters();
  }

  /** SHA-256 over the canonical JSON of the plan, as hexadecimal digits. */
  public String digest() {
    return digest;
  }

  private static String sha256(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  /** The plan as every party must have it; costs follow from it. */
  public ObjectNode toJson() {
    ObjectNode json = spec.toJson();
    json.put("program", PROGRAM_VERSION);
    json.put("features", layout.features());
    json.put("mayMiss", layout.mayMiss());
    json.put("blockRows", layout.blockRows());
    ArrayNode training = json.putArray("trainingRows");
    layout.trainingRows().forEach(training::add);
    ArrayNode validation = json.putArray("validationRows");
    layout.validationRows().forEach(validation::add);
    ObjectNode opened = json.putObject("disclosures");
    disclosures().forEach(planned -> opened.put(planned.value().word(), planned.elements()));
    json.put("firstBatches", digestOfFirstEpoch());
    step.describe(json);
    json.put("steps", stepsOfRun());
    if (!folds.isEmpty()) {
      ArrayNode digests = json.putArray("folds");
      folds.forEach(fold -> digests.add(fold.digest()));
    }
    return json;
  }

  /** A party whose batches differ would train on other rows, silently. */
  private int digestOfFirstEpoch() {
    int digest = 1;
    for (int[] batch : batches.batches(0)) {
      digest = 31 * digest + Arrays.hashCode(batch);
    }
    return digest;
  }

  /** Keys in order, no blanks. */
  private static String canonical(JsonNode node) {
    if (!node.isObject()) {
      return node.toString();
    }
    Map<String, String> sorted = new TreeMap<>();
    node.properties().forEach(e -> sorted.put(e.getKey(), canonical(e.getValue())));
    StringBuilder text = new StringBuilder("{");
    sorted.forEach((key, value) ->
        text.append(text.length() > 1 ? "," : "")
            .append(JsonNodeFactory.instance.textNode(key))
            .append(':')
            .append(value));
    return text.append('}').toString();
  }
}
