package io.consilium.training.plain;

import io.consilium.training.ReleasedValue;
import io.consilium.training.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps what a rehearsal shows of the training of the model, and tells others of all of it. */
final class Course implements TrainingListener {
  private final List<TrainingListener> others;
  private final List<Double> losses = new ArrayList<>();
  private Optional<Ended> end = Optional.empty();

  Course(TrainingListener... others) {
    this.others = List.of(others);
  }

  @Override
  public void began(int fold, int folds) {
    losses.clear();
    end = Optional.empty();
    others.forEach(other -> other.began(fold, folds));
  }

  @Override
  public void progressed(Progress progress) {
    others.forEach(other -> other.progressed(progress));
  }

  @Override
  public void released(Released released) {
    if (released.value() == ReleasedValue.LOSS) {
      losses.add(released.numbers()[0]);
    }
    others.forEach(other -> other.released(released));
  }

  @Override
  public void ended(Ended ended) {
    end = Optional.of(ended);
    others.forEach(other -> other.ended(ended));
  }

  @Override
  public boolean cancelled() {
    return others.stream().anyMatch(TrainingListener::cancelled);
  }

  List<Double> losses() {
    return List.copyOf(losses);
  }

  Optional<Ended> end() {
    return end;
  }
}
