package io.consilium.inference;

/**
 * What the model says about the records of a question.
 *
 * @param values [rows][columns of the card's output]
 */
public record Prediction(ModelCard card, double[][] values) {
  @Override
  public String toString() {
    return "Prediction[" + values.length + " records ***]";
  }
}
