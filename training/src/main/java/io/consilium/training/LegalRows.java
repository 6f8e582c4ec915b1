package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.functions.Clamp;
import io.consilium.protocols.functions.OneHot;
import io.consilium.protocols.functions.Remainder;
import io.consilium.training.spec.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rows of all sites, made legal on shares before anything is computed of them. Nobody sees what
 * a site shares, and one that keeps to no rule could share a label of 2^9, which would write its
 * own number between the counts of an opened metric. Here every element becomes what an honest site
 * might have shared; honest elements stay what they are:
 *
 * <ul>
 *   <li>a feature becomes its lowest 32 bits, a number from 0 to 1;
 *   <li>a presence becomes its lowest bit, and a feature that is not there 0;
 *   <li>a class of two becomes its lowest bit, and a vector of classes one with a single 1;
 *   <li>a number that is a label is moved to the end of its range that is next.
 * </ul>
 *
 * <p>So a row counts as one legal row, whatever it was, and changes no other. That happens once for
 * all trainings of a plan, block by block, and the legal rows are kept in stores.
 *
 * <p>Rounds: 7 for each group of blocks, 9 if values may be missing, and those of the labels: 4 for
 * two classes, 9 for numbers. Bytes: 67 for each feature, 124 where values may be missing; for each
 * row 25 for two classes, about 25 for each class, 158 for a number. Leaks: shapes.
 */
final class LegalRows implements AutoCloseable {
  private final RowStore training;
  private final RowStore validation;
  private final SecureDataSet data;
  private boolean closed;

  private LegalRows(RowStore training, RowStore validation, SecureDataSet data) {
    this.training = training;
    this.validation = validation;
    this.data = data;
  }

  /**
   * Reads all rows once and discards them behind itself.
   *
   * @param evaluates whether anything is computed on the evaluated rows
   */
  static LegalRows of(
      Backend b, TrainingPlan plan, SecureDataSet data, RowStores stores, boolean evaluates) {
    DataLayout layout = plan.layout();
    RowStore training = stores.create("legal", elements(layout, layout.trainingTotal()));
    for (List<DataBlock> group : layout.trainingGroups()) {
      training.append(b, b.scoped(() -> legal(b, plan, data.training(b, plan, group))));
      data.discardTraining(group);
    }
    RowStore validation = stores.create("legalkept", elements(layout, layout.validationTotal()));
    for (List<DataBlock> group : layout.validationGroups()) {
      if (evaluates) {
        validation.append(b, b.scoped(() -> legal(b, plan, data.validation(b, plan, group))));
      }
      data.discardValidation(group);
    }
    return new LegalRows(training, validation, sites(layout, training, validation));
  }

  private static long elements(DataLayout layout, int rows) {
    return (long) rows * layout.features() * (layout.mayMiss() ? 2 : 1);
  }

  private static SecureDataSet sites(DataLayout layout, RowStore training, RowStore validation) {
    List<SecureDataSet.Site> sites = new ArrayList<>();
    int ofTraining = 0;
    int ofValidation = 0;
    for (int site = 0; site < layout.trainingRows().size(); site++) {
      sites.add(
          new SecureDataSet.Site(
              rows(layout, training, ofTraining), rows(layout, validation, ofValidation)));
      ofTraining += layout.trainingRows().get(site);
      ofValidation += layout.validationRows().get(site);
    }
    return new SecureDataSet(sites);
  }

  private static SharedRows rows(DataLayout layout, RowStore store, int before) {
    return (b, block) -> {
      List<SecretTensor> parts = store.range(b, before + block.from(), before + block.to());
      Optional<SecretTensor> presence =
          layout.mayMiss() ? Optional.of(parts.get(1)) : Optional.empty();
      return new SecurePart(parts.getFirst(), presence, parts.getLast());
    };
  }

  /** The legal rows, site by site; they are read from the stores. */
  SecureDataSet data() {
    return data;
  }

  /** Nobody reads them any more; may be said twice. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      training.close();
      validation.close();
    }
  }

  // ---- one block -------------------------------------------------------------------------------

  /** Features, presence if there is any, and labels. Ranges are not kept: stores have none. */
  private static List<SecretTensor> legal(Backend b, TrainingPlan plan, SecurePart rows) {
    List<SecretTensor> legal = new ArrayList<>();
    SecretTensor features = Remainder.of(b, rows.features(), Formats.FEATURES.fractionBits());
    if (rows.presence().isPresent()) {
      legal.addAll(present(b, features, rows.presence().get()));
    } else {
      legal.add(features);
    }
    legal.add(labels(b, plan.spec().model(), rows.labels()));
    return legal.stream().map(x -> b.within(x, ValueRange.UNDECLARED)).toList();
  }

  private static List<SecretTensor> present(
      Backend b, SecretTensor features, SecretTensor presence) {
    SecretBits there = OneHot.parity(b, presence);
    Backend.BitProducts both =
        b.bitProducts(List.of(there), List.of(there), List.of(Arrangement.flat(b, features)));
    return List.of(
        b.reshape(both.products().getFirst(), features.shape()),
        b.reshape(both.integers().getFirst(), presence.shape()));
  }

  private static SecretTensor labels(Backend b, ModelSpec model, SecretTensor labels) {
    return switch (model.target()) {
      case NUMBER -> Clamp.of(b, labels, 0, Formats.NUMBER_LABELS.encode(1));
      case TWO_CLASSES -> b.toArithmetic(OneHot.parity(b, labels));
      case CLASSES -> OneHot.of(b, labels);
    };
  }

  @Override
  public String toString() {
    return "LegalRows[" + training.rows() + " and " + validation.rows() + " rows]";
  }
}
