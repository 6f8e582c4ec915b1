package io.consilium.inference;

import java.util.ArrayList;
import java.util.List;

/**
 * What the model says about the records of a question.
 *
 * @param values [rows][columns of the card's output]: a number, probabilities or logits, or numbers
 *     of classes, as the {@code kind} of the output says
 */
public record Prediction(ModelCard card, double[][] values) {
  /**
   * The names of the classes that a model answers with, of each record the likeliest first. The
   * number stands for a class that has no name.
   *
   * @throws IllegalStateException if the model does not answer with classes
   */
  public List<List<String>> classes() {
    if (!card.output().namesClasses()) {
      throw new IllegalStateException(
          card.title() + " answers with " + card.output().kind() + ", not with classes");
    }
    List<List<String>> classes = new ArrayList<>();
    for (double[] row : values) {
      List<String> names = new ArrayList<>();
      for (double number : row) {
        names.add(card.output().className(number));
      }
      classes.add(List.copyOf(names));
    }
    return List.copyOf(classes);
  }

  @Override
  public String toString() {
    return "Prediction[" + values.length + " records ***]";
  }
}
