package io.consilium.coordinator.contract;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a compute party tells the researcher of one attempt: every value that was opened to the
 * researcher so far, and what each is. Only the researcher can read it, see {@link ResultsBox}.
 *
 * @param metrics single numbers
 * @param confusions matrices of counts
 * @param weights what was trained, once the attempt succeeded
 * @param remarks what else there is to say, one sentence each: after which epoch it stopped
 * @param evaluations what the metrics of each training were computed on
 * @param units what the number of each metric is, by the name of the metric
 * @param classes names of the classes in the order of a confusion matrix; none for a number
 */
public record Results(
    List<Metric> metrics,
    List<Confusion> confusions,
    Optional<Weights> weights,
    List<String> remarks,
    List<Evaluation> evaluations,
    Map<String, String> units,
    List<String> classes) {

  /** The most single numbers. */
  public static final int METRICS_MAX = 1_024;

  /** The most cells of all confusion matrices together. */
  public static final int CELLS_MAX = 8_192;

  /** The most sentences. */
  public static final int REMARKS_MAX = 32;

  /** The longest sentence. */
  public static final int REMARK_CHARS_MAX = 400;

  /** The most characters of a class's name; longer ones are cut. */
  public static final int CLASS_CHARS_MAX = 64;

  /** The most characters that released weights take, see {@link Weights#chars}. */
  public static final int WEIGHTS_CHARS_MAX = 160 << 10;

  /** What epoch and value of a metric can take more than in the blank form. */
  private static final int METRIC_SLOT = 32;

  /** What a count can take more than in the blank form: there are at most 2^31 records. */
  private static final int COUNT_SLOT = 10;

  /** Nothing yet. */
  public static final Results NONE =
      new Results(
          List.of(), List.of(), Optional.empty(), List.of(), List.of(), Map.of(), List.of());

  /** Refuses lists that are too long. */
  public Results {
    metrics = List.copyOf(metrics);
    confusions = List.copyOf(confusions);
    remarks = List.copyOf(remarks);
    evaluations = List.copyOf(evaluations);
    units = Collections.unmodifiableMap(new TreeMap<>(units));
    classes = List.copyOf(classes);
    Bounds.size("metrics", metrics, METRICS_MAX);
    Bounds.size("remarks", remarks, REMARKS_MAX);
    Bounds.size("units", units.keySet(), 16);
    Bounds.size("classes", classes, 64);
    Bounds.size("evaluations", evaluations, 32);
    Bounds.require(
        confusions.stream().mapToLong(Confusion::cells).sum() <= CELLS_MAX,
        "confusions have more than " + CELLS_MAX + " cells");
    remarks.forEach(
        remark -> Bounds.require(remark.length() <= REMARK_CHARS_MAX, "a remark is too long"));
  }

  /** Of what a number is. */
  public enum Statistic {
    /** Of one training. */
    VALUE,
    /** The mean of the folds of a cross-validation. */
    MEAN_OF_FOLDS,
    /** The sample standard deviation of the folds of a cross-validation. */
    DEVIATION_OF_FOLDS
  }

  /** Why a metric has no value. */
  public enum Undefined {
    /** A ranking of two classes needs both. */
    ONE_CLASS("all records have the same class"),
    /** Nothing varies that could be explained. */
    EQUAL_LABELS("all labels are equal"),
    /** Division by nothing, or beyond all bounds. */
    NO_NUMBER("it is no number"),
    /** A mean of folds of which one has no value. */
    UNDEFINED_FOLD("it is undefined in a fold");

    private final String sentence;

    Undefined(String sentence) {
      this.sentence = sentence;
    }

    /** For people: "undefined: " goes before it. */
    public String sentence() {
      return sentence;
    }
  }

  /** Which records a metric was computed on. */
  public enum Part {
    /** Those that the model was trained on; none were kept aside. */
    TRAINING,
    /** Those that the split kept aside. */
    VALIDATION,
    /** Those of the fold that the training left out. */
    HELD_OUT;

    /** For people. */
    public String words() {
      return switch (this) {
        case TRAINING -> "training records";
        case VALIDATION -> "validation records";
        case HELD_OUT -> "held-out records of the fold";
      };
    }
  }

  /**
   * A single number, or the reason why there is none.
   *
   * @param name for example {@code loss}
   * @param fold of the cross-validation, from 1; none for the model itself and for statistics
   * @param epoch the epochs that were done when it was computed; none for statistics of folds
   * @param number its value, finite
   * @param undefined why there is none; exactly one of both is there
   */
  public record Metric(
      String name,
      Statistic statistic,
      Optional<Integer> fold,
      Optional<Integer> epoch,
      Optional<Double> number,
      Optional<Undefined> undefined) {
    /** Refuses numbers that are not finite, and neither or both of number and reason. */
    public Metric {
      Bounds.name("metric's name", name);
      Bounds.require(number.isPresent() != undefined.isPresent(), "a number or a reason for none");
      Bounds.require(number.isEmpty() || Double.isFinite(number.get()), "a number that is finite");
    }

    /** A value of one training; a number that is not finite counts as undefined. */
    public static Metric of(
        String name, Optional<Integer> fold, int epoch, double value, Undefined otherwise) {
      return of(name, Statistic.VALUE, fold, Optional.of(epoch), value, otherwise);
    }

    /** The same of any statistic. */
    public static Metric of(
        String name,
        Statistic statistic,
        Optional<Integer> fold,
        Optional<Integer> epoch,
        double value,
        Undefined otherwise) {
      return Double.isFinite(value)
          ? new Metric(name, statistic, fold, epoch, Optional.of(value), Optional.empty())
          : new Metric(name, statistic, fold, epoch, Optional.empty(), Optional.of(otherwise));
    }

    /** Whether another says something of the same. */
    public boolean isSameAs(Metric other) {
      return name.equals(other.name)
          && statistic == other.statistic
          && fold.equals(other.fold)
          && epoch.equals(other.epoch);
    }
  }

  /**
   * How many records of each actual class were predicted to be of each class.
   *
   * @param fold as in {@link Metric}
   * @param counts a row for each actual class, a column for each predicted class
   */
  public record Confusion(Optional<Integer> fold, int epoch, List<List<Long>> counts) {
    /** Refuses what is not square. */
    public Confusion {
      counts = counts.stream().map(List::copyOf).toList();
      for (List<Long> row : counts) {
        Bounds.require(row.size() == counts.size(), "a confusion matrix is square");
      }
    }

    private int cells() {
      return counts.size() * counts.size();
    }
  }

  /**
   * What the metrics of one training were computed on.
   *
   * @param fold as in {@link Metric}
   * @param records how many; none if row counts are not for the researcher
   * @param kept the epoch whose model is kept, if training ended early or went back to it
   */
  public record Evaluation(
      Optional<Integer> fold, Part part, Optional<Long> records, Optional<Integer> kept) {}

  /**
   * The parameters of a trained model.
   *
   * @param model its type: {@code logistic}
   * @param scale in which units, a sentence
   * @param features names of the inputs in the order of the rows
   * @param tensors in the order in which they were released
   */
  public record Weights(String model, String scale, List<String> features, List<Tensor> tensors) {
    /** How many numbers fit beside short names. */
    public static final int NUMBERS_ABOUT_MAX = 6_000;

    private static final int NUMBER_CHARS_MAX = 25;

    /** Refuses what is too long. */
    public Weights {
      features = List.copyOf(features);
      tensors = List.copyOf(tensors);
      long numbers = tensors.stream().mapToLong(tensor -> tensor.numbers().size()).sum();
      Bounds.require(
          chars(features, numbers) <= WEIGHTS_CHARS_MAX,
          "weights take more than " + WEIGHTS_CHARS_MAX + " characters");
    }

    /**
     * How many characters weights take at most: 25 for each number, and the names of the features.
     *
     * @param numbers of all tensors
     */
    public static long chars(List<String> features, long numbers) {
      long names = features.stream().mapToLong(name -> 6L * name.length() + 3).sum();
      return names + NUMBER_CHARS_MAX * numbers;
    }
  }

  /** Numbers with a shape, row by row. */
  public record Tensor(String name, List<Integer> shape, List<Double> numbers) {
    /** Refuses a number of numbers that is not the product of the shape. */
    public Tensor {
      shape = List.copyOf(shape);
      numbers = List.copyOf(numbers);
      long size = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
      Bounds.require(size == numbers.size(), "a tensor has another size than its shape");
    }
  }

  /** A sentence as it fits here: cut to its longest, and without what JSON would write longer. */
  public static String remark(String sentence) {
    String plain = sentence.replaceAll("[^\\x20-\\x7e]|[\"\\\\]", "?");
    return plain.substring(0, Math.min(plain.length(), REMARK_CHARS_MAX));
  }

  /**
   * How long the canonical form can be for any values, in bytes: it depends on what is told, which
   * is public, and not on the values.
   */
  int publicBytes() {
    return Json.bytes(blank()).length
        + METRIC_SLOT * metrics.size()
        + 2 * COUNT_SLOT * evaluations.size()
        + confusions.stream().mapToInt(matrix -> COUNT_SLOT * (1 + matrix.cells())).sum()
        + weights.map(Results::weightSlots).orElse(0);
  }

  private static int weightSlots(Weights given) {
    return given.tensors().stream()
        .mapToInt(tensor -> Weights.NUMBER_CHARS_MAX * tensor.numbers().size())
        .sum();
  }

  /** The same with the shortest of every value, and the longest of every sentence. */
  private Results blank() {
    return new Results(
        metrics.stream()
            .map(metric ->
                new Metric(
                    metric.name(),
                    metric.statistic(),
                    metric.fold(),
                    metric.epoch().map(_ -> 0),
                    Optional.of(0.0),
                    Optional.empty()))
            .toList(),
        confusions.stream()
            .map(matrix ->
                new Confusion(
                    matrix.fold(),
                    0,
                    matrix.counts().stream()
                        .map(row -> row.stream().map(_ -> 0L).toList())
                        .toList()))
            .toList(),
        weights.map(given ->
            new Weights(
                given.model(),
                given.scale(),
                given.features(),
                given.tensors().stream()
                    .map(tensor ->
                        new Tensor(
                            tensor.name(),
                            tensor.shape(),
                            tensor.numbers().stream().map(_ -> 0.0).toList()))
                    .toList())),
        remarks.stream().map(_ -> "x".repeat(REMARK_CHARS_MAX)).toList(),
        evaluations.stream()
            .map(each ->
                new Evaluation(
                    each.fold(), each.part(), each.records().map(_ -> 0L), each.kept().map(_ -> 0)))
            .toList(),
        units,
        classes);
  }
}
