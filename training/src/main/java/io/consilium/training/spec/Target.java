package io.consilium.training.spec;

/** What a label is, and with it what the outputs of a model mean. */
public enum Target {
  /** A number; one output, which is the prediction. */
  NUMBER,
  /** Class 0 or 1; one output, the log odds of class 1. */
  TWO_CLASSES,
  /** One of several classes; an output for each, of which softmax makes probabilities. */
  CLASSES
}
