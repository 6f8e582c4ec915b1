package io.consilium.training;

import io.consilium.training.spec.InvalidSpecException;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.Target;
import java.util.Arrays;
import java.util.Optional;

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

  /** Rows up to which the area under the curve is offered: all pairs are compared. */
  public static final int AUC_ROWS_MAX = 4096;

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

  /** How many ring elements are opened in a whole run. */
  long elements(TrainingPlan plan) {
    ModelSpec model = plan.spec().model();
    return switch (this) {
      case LOSS -> plan.spec().training().epochs();
      case ACCURACY, AUC, R2 -> 1;
      case CONFUSION -> (long) model.classes() * model.classes();
      case WEIGHTS -> plan.parameters();
    };
  }

  void requireOffered(ModelSpec model, DataLayout layout) throws InvalidSpecException {
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
    if (this == AUC && layout.evaluatedTotal() > AUC_ROWS_MAX) {
      throw new InvalidSpecException(
          "disclosures",
          "'auc' is offered for up to %d evaluated rows, and there are %d; leave it out or keep fewer rows for validation"
              .formatted(AUC_ROWS_MAX, layout.evaluatedTotal()));
    }
  }
}
