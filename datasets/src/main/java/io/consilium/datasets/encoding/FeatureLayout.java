package io.consilium.datasets.encoding;

import io.consilium.datasets.schema.CategoryEncoding;
import io.consilium.datasets.schema.Column;
import io.consilium.datasets.schema.ColumnType;
import io.consilium.datasets.schema.MissingPolicy;
import io.consilium.datasets.schema.StudySchema;
import java.util.ArrayList;
import java.util.List;

/**
 * The inputs of the model and their order, derived from the schema alone: every site gets the same
 * layout without saying anything about its records.
 *
 * <ul>
 *   <li>A number is scaled by the range of the schema to 0 to 1.
 *   <li>A category becomes one 0/1 feature for each level, without the first one unless the schema
 *       says {@code one-hot}.
 *   <li>An image becomes one feature for each pixel, row by row, scaled by the largest value of the
 *       schema to 0 to 1.
 *   <li>A missing value of a number is 0 with presence 0: the joint preprocessing puts the mean
 *       over all sites there. With the policy {@code indicator} a feature {@code <column>.missing}
 *       follows.
 *   <li>A missing category has presence 0 in all its levels under the policy {@code mean}. Under
 *       {@code indicator} it is a level of its own: all others are 0 and present.
 * </ul>
 */
public record FeatureLayout(List<EncodedFeature> features, LabelCoding label) {
  public FeatureLayout {
    features = List.copyOf(features);
  }

  public static FeatureLayout of(StudySchema schema) {
    List<EncodedFeature> features = new ArrayList<>();
    for (Column column : schema.features()) {
      switch (column.type()) {
        case ColumnType.Numeric type -> features.add(number(column, type));
        case ColumnType.Category type -> addLevels(column, type, features);
        case ColumnType.Image type -> addPixels(column, type, features);
        case ColumnType.Text _ -> throw new IllegalStateException("a feature cannot be a text");
      }
      if (column.missing() == MissingPolicy.INDICATOR) {
        features.add(missing(column));
      }
    }
    return new FeatureLayout(features, label(schema.label()));
  }

  /** How many inputs the model has. */
  public int size() {
    return features.size();
  }

  /** Whether any value may be missing; if not, it is public that all of them are there. */
  public boolean mayMiss() {
    return features.stream().anyMatch(EncodedFeature::maskable);
  }

  public List<String> names() {
    return features.stream().map(EncodedFeature::name).toList();
  }

  /**
   * The same linear model over original values: years and not fractions of the range of ages.
   *
   * @param terms one weight for each feature of this layout
   */
  public LinearTerms inOriginalUnits(LinearTerms terms) {
    if (terms.weights().size() != size()) {
      throw new IllegalArgumentException("needs " + size() + " weights");
    }
    List<Double> weights = new ArrayList<>();
    double intercept = terms.intercept();
    for (int i = 0; i < size(); i++) {
      double weight = terms.weights().get(i) / features.get(i).scale();
      weights.add(weight);
      intercept -= weight * features.get(i).offset();
    }
    return new LinearTerms(weights, intercept);
  }

  private static EncodedFeature number(Column column, ColumnType.Numeric type) {
    return new EncodedFeature(
        column.name(),
        column.name(),
        EncodedFeature.Kind.NUMBER,
        0,
        type.min(),
        type.span(),
        column.missing() != MissingPolicy.REJECT);
  }

  private static void addLevels(
      Column column, ColumnType.Category type, List<EncodedFeature> features) {
    int first = type.encoding() == CategoryEncoding.ONE_HOT_DROP_FIRST ? 1 : 0;
    for (int level = first; level < type.categories().size(); level++) {
      features.add(
          new EncodedFeature(
              column.name() + "=" + type.categories().get(level),
              column.name(),
              EncodedFeature.Kind.LEVEL,
              level,
              0,
              1,
              column.missing() == MissingPolicy.MEAN));
    }
  }

  private static void addPixels(
      Column column, ColumnType.Image type, List<EncodedFeature> features) {
    for (int pixel = 0; pixel < type.pixels(); pixel++) {
      String name = column.name() + "[" + pixel / type.width() + "," + pixel % type.width() + "]";
      features.add(
          new EncodedFeature(
              name,
              column.name(),
              EncodedFeature.Kind.PIXEL,
              pixel,
              type.minimum(),
              type.span(),
              false));
    }
  }

  private static EncodedFeature missing(Column column) {
    return new EncodedFeature(
        column.name() + ".missing", column.name(), EncodedFeature.Kind.MISSING, 0, 0, 1, false);
  }

  private static LabelCoding label(Column label) {
    return switch (label.type()) {
      case ColumnType.Numeric type -> new LabelCoding.Scaled(type.min(), type.span());
      case ColumnType.Category type -> new LabelCoding.Classes(type.categories());
      case ColumnType.Image _, ColumnType.Text _ ->
          throw new IllegalStateException("a label is a number or a category");
    };
  }
}
