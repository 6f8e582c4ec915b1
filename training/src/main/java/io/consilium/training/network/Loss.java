package io.consilium.training.network;

import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;

/** What a network is trained to make small. */
public sealed interface Loss
    permits BinaryCrossEntropy, HuberLoss, MeanSquaredError, SoftmaxCrossEntropy {
  /**
   * The shape of the label of a row.
   *
   * @throws IllegalArgumentException if the loss does not take such an output
   */
  Shape label(Shape output);

  FixedPoint labelFormat();

  /**
   * The derivative by the output, for each row its own (not divided by the rows), in the default
   * format.
   *
   * @param output of the network, with any fraction bits
   */
  SecretTensor error(Pass pass, SecretTensor output, SecretTensor labels);

  /** What the network predicts: a probability or a number, in the default format. */
  SecretTensor prediction(Pass pass, SecretTensor output);
}
