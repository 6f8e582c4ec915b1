package io.consilium.datasets.split;

import io.consilium.datasets.definition.DefinitionNode;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.schema.Column;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.InvalidDataException;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;

/** How each site divides its records into those for training and those for validation. */
public sealed interface SplitRule {
  /** The key of a manifest. */
  String KEY = "split";

  /**
   * By a public seed and the site's name.
   *
   * @param train the part for training; the rest is for validation
   * @param stratified whether the classes keep their proportions
   */
  record Random(BigDecimal train, long seed, boolean stratified) implements SplitRule {
    @Override
    public Split divide(DataTable table, String site) {
      return Split.of(table, train, seed, site, stratified);
    }

    @Override
    public Optional<PartSizes> sizes(DeclaredRecords records) {
      int training = Split.trainTotal(records.all(), train);
      return Optional.of(new PartSizes(training, records.all() - training));
    }

    @Override
    public String describe() {
      return "%s of each site's records are for training and the others for validation, chosen by the seed %d%s"
          .formatted(
              train.stripTrailingZeros().toPlainString(), seed, stratified ? ", stratified" : "");
    }
  }

  /** By the column that has this role in the schema. */
  record Given() implements SplitRule {
    @Override
    public Split divide(DataTable table, String site) throws InvalidDataException {
      return Split.given(table, site);
    }

    @Override
    public Optional<PartSizes> sizes(DeclaredRecords records) {
      return records.parts();
    }

    @Override
    public String describe() {
      return "a column says which of each site's records are for training and which for validation";
    }
  }

  /**
   * Divides one site's records.
   *
   * @throws InvalidDataException if none is for training
   */
  Split divide(DataTable table, String site) throws InvalidDataException;

  /**
   * The fewest records that each part can have; more records make no part smaller. Empty if the
   * declaration does not say it.
   */
  Optional<PartSizes> sizes(DeclaredRecords records);

  /** The rule in words, for the officers who approve it; equal rules have equal words. */
  String describe();

  /**
   * Reads the key {@code split}, which is there exactly if no column of the schema divides the
   * records.
   *
   * @param root of a manifest
   */
  static SplitRule parse(DefinitionNode root, StudySchema schema)
      throws InvalidDefinitionException {
    Optional<Column> column = schema.split();
    if (column.isPresent()) {
      if (root.has(KEY)) {
        throw new InvalidDefinitionException(
            root.pathOf(KEY),
            "the column '"
                + column.get().name()
                + "' of the schema says which records are for training; leave the key out, or take"
                + " the role split from the column");
      }
      return new Given();
    }
    DefinitionNode split = root.object(KEY, Set.of("train", "seed", "stratified"));
    BigDecimal train = split.number("train");
    if (train.signum() <= 0 || train.compareTo(BigDecimal.ONE) > 0) {
      throw new InvalidDefinitionException(
          split.pathOf("train"),
          "must be above 0 and at most 1 (1 keeps no records for validation)");
    }
    int seed = split.integer("seed", 0, Integer.MAX_VALUE);
    return new Random(train, seed, split.flag("stratified", true));
  }
}
