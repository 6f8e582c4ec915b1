package io.consilium.training;

import io.consilium.training.spec.InvalidSpecException;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.Target;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What a training program can release, each only if it is on the disclosure list. */
public enum ReleasedValue {
  /** After each epoch the mean loss: log loss, cross-entropy or squared error. Unweighted. */
  LOSS("loss"),
  /** The number of rows that are classified rightly. */
  ACCURACY("accuracy"),
  /** Row counts, true class by predicted class. */
  CONFUSION("confusion"),
  /** Area under the ROC curve of two classes; rows with equal scores count half. */
  AUC("auc"),
  /** Coefficient of determination where the label is a number. */
  R2("r2"),
  /** Weights of the prepared features, then the intercepts; of a network all parameters. */
  WEIGHTS("weights");

  /** Rows up to which the area under the curve is offered: it divides by a number of pairs. */
  public static final int AUC_ROWS_MAX = 1 << 16;

  private final String word;

  ReleasedValue(String word) {
    this.word = word;
  }

  /** The word in the manifest. */
  public String word() {
    return word;
  }

  /** The value with a word, if training releases it. */
  public static Optional<ReleasedValue> of(String word) {
    return Arrays.stream(values()).filter(value -> value.word.equals(word)).findFirst();
  }

  /** How many ring elements are opened in one training, at most. */
  long elements(TrainingPlan plan) {
    ModelSpec model = plan.spec().model();
    int epochs = plan.spec().training().epochs();
    return switch (this) {
      case LOSS -> epochs;
      case ACCURACY, AUC, R2 -> plan.watched().equals(Optional.of(this)) ? epochs : 1;
      case CONFUSION -> (long) model.classes() * model.classes();
      case WEIGHTS -> plan.parameters();
    };
  }

  /** What is also released of the models of a cross-validation. */
  static Set<ReleasedValue> withoutWeights(Set<ReleasedValue> released) {
    EnumSet<ReleasedValue> values = EnumSet.noneOf(ReleasedValue.class);
    released.stream().filter(value -> value != WEIGHTS).forEach(values::add);
    return values;
  }

  /** Refuses a value that a model of this kind does not have. */
  void requireOffered(ModelSpec model) throws InvalidSpecException {
    boolean offered =
        switch (this) {
          case LOSS, WEIGHTS -> true;
          case ACCURACY, CONFUSION -> model.classes() > 0;
          case AUC -> model.classes() == 2;
          case R2 -> model.target() == Target.NUMBER;
        };
    if (!offered) {
      throw new InvalidSpecException(
          "disclosures", "'" + word + "' is not offered for a " + model.type() + " model");
    }
  }

  /** The same, and what is not offered for so many records. */
  void requireOffered(ModelSpec model, DataLayout layout) throws InvalidSpecException {
    requireOffered(model);
    if (this == AUC && layout.evaluatedTotal() > AUC_ROWS_MAX) {
      throw new InvalidSpecException(
          "disclosures",
          "'auc' is offered for up to %d evaluated rows, and there are %d; leave it out or keep fewer rows for validation"
              .formatted(AUC_ROWS_MAX, layout.evaluatedTotal()));
    }
  }
}
