package io.consilium.party.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.datasets.encoding.EncodedTable;
import io.consilium.datasets.encoding.FeatureEncoder;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.table.DataTable;
import io.consilium.training.DataLayout;
import io.consilium.training.TrainingPlan;
import io.consilium.training.plain.ClearMetrics;
import io.consilium.training.plain.PlainPart;
import io.consilium.training.plain.PlaintextTwin;
import io.consilium.training.plain.TwinModel;
import io.consilium.training.spec.InvalidSpecException;
import io.consilium.training.spec.ProgramSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The training of one seed in the clear, with ND4J: once on the pooled records with the same splits
 * and batches as the secure one, and once for each hospital on its own records alone.
 */
final class Verification {

  private static final int BLOCK_ROWS = 1 << 12;

  private final StudySchema schema;
  private final ProgramSpec spec;
  private final List<Holding.Parts> parts;
  private final PlainPart test;
  private final InstantSource clock;

  /**
   * Prepares the records.
   *
   * @param manifest of this seed
   * @param parts of this seed, in the order of the manifest
   */
  Verification(
      StudySchema schema, ObjectNode manifest, List<Holding.Parts> parts, InstantSource clock)
      throws InvalidSpecException {
    this.schema = schema;
    this.spec = ProgramSpec.parse(manifest, schema.classes().size());
    this.parts = List.copyOf(parts);
    this.test = encoded(parts.stream().map(Holding.Parts::test).toList());
    this.clock = clock;
  }

  /**
   * A model and how good it is on the test records of all hospitals.
   *
   * @param steps of gradient descent
   */
  record Trained(TwinModel model, Score score, long steps) {}

  /** On the records of all hospitals, as the secure training but in the clear. */
  Trained pooledModel(int rows) throws InvalidSpecException {
    return train("plaintext", rows, parts);
  }

  /** On one hospital's records alone, with its own means and deviations. */
  Trained ownModel(Holding.Parts own) throws InvalidSpecException {
    return train(own.hospital(), own.train().rows() + own.test().rows(), List.of(own));
  }

  /** What a model says about records. */
  double[] predict(TwinModel model, List<DataTable> records) {
    return model.predict(encoded(records));
  }

  private Trained train(String who, int rows, List<Holding.Parts> used)
      throws InvalidSpecException {
    Instant began = clock.instant();
    PlainPart training = encoded(used.stream().map(Holding.Parts::train).toList());
    DataLayout layout =
        new DataLayout(
            training.columns(),
            used.stream().map(each -> each.train().rows()).toList(),
            used.stream().map(each -> each.test().rows()).toList());
    TrainingPlan plan = TrainingPlan.compile(spec, layout, List.of());
    TwinModel model = PlaintextTwin.train(plan, training, test);
    double seconds = Duration.between(began, clock.instant()).toMillis() / 1000.0;
    ClearMetrics metrics = model.metrics(test);
    Score score = new Score(who, rows, metrics.accuracy(), metrics.auc(), seconds);
    return new Trained(model, score, plan.steps());
  }

  /** The records of all tables, one table behind the other. */
  private PlainPart encoded(List<DataTable> tables) {
    FeatureEncoder encoder = new FeatureEncoder(schema);
    int rows = tables.stream().mapToInt(DataTable::rows).sum();
    int columns = encoder.layout().size();
    double[] features = new double[rows * columns];
    double[] presence = new double[rows * columns];
    double[] labels = new double[rows];
    int at = 0;
    for (DataTable table : tables) {
      // In blocks, because a table of images is many times smaller than its numbers.
      for (int from = 0; from < table.rows(); from += BLOCK_ROWS) {
        int to = Math.min(from + BLOCK_ROWS, table.rows());
        EncodedTable block = encoder.encode(table.select(IntStream.range(from, to).toArray()));
        System.arraycopy(block.features(), 0, features, at * columns, (to - from) * columns);
        System.arraycopy(block.presence(), 0, presence, at * columns, (to - from) * columns);
        System.arraycopy(block.labels().orElseThrow(), 0, labels, at, to - from);
        at += to - from;
      }
    }
    return new PlainPart(columns, features, presence, labels);
  }
}
