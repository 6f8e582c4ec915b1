package io.consilium.training.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** What goes on around the epochs of a training. Its keys are those of {@code training}. */
public record TrainingControl(
    Optional<EarlyStopping> earlyStopping, Optional<CrossValidation> crossValidation) {
  /** All epochs, once. */
  public static final TrainingControl NONE =
      new TrainingControl(Optional.empty(), Optional.empty());

  private static final String EARLY_STOPPING = "earlyStopping";
  private static final String CROSS_VALIDATION = "crossValidation";

  /** The keys of {@code training} that are read here. */
  static final List<String> KEYS = List.of(EARLY_STOPPING, CROSS_VALIDATION);

  static TrainingControl parse(JsonNode training) throws InvalidSpecException {
    return new TrainingControl(
        training.hasNonNull(EARLY_STOPPING)
            ? Optional.of(
                EarlyStopping.parse(training.get(EARLY_STOPPING), "training." + EARLY_STOPPING))
            : Optional.empty(),
        training.hasNonNull(CROSS_VALIDATION)
            ? Optional.of(
                CrossValidation.parse(
                    training.get(CROSS_VALIDATION), "training." + CROSS_VALIDATION))
            : Optional.empty());
  }

  /** The same without cross-validation. */
  public TrainingControl ofOneTraining() {
    return new TrainingControl(earlyStopping, Optional.empty());
  }

  void putInto(ObjectNode training) {
    earlyStopping.ifPresent(stopping -> training.set(EARLY_STOPPING, stopping.toJson()));
    crossValidation.ifPresent(folds -> training.set(CROSS_VALIDATION, folds.toJson()));
  }
}
