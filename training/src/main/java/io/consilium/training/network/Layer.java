package io.consilium.training.network;

import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.List;
import java.util.Optional;

/**
 * A layer of a network. Shapes are those of one row: the tensors have the rows of the batch as
 * their outermost dimension, [n, features] or [n, channels, spatial...].
 */
public sealed interface Layer
    permits AveragePool,
        BatchNorm,
        Concatenation,
        Conv,
        Dense,
        Dropout,
        Flatten,
        Gelu,
        GlobalAveragePool,
        LeakyRelu,
        MaxPool,
        Relu,
        Residual,
        Sigmoid,
        Softmax,
        Tanh {
  /**
   * The shape of the output.
   *
   * @throws IllegalArgumentException if the layer does not take such an input
   */
  Shape output(Shape input);

  /** What is trained, and statistics, in a fixed order. */
  List<Parameter> parameters(Shape input);

  /**
   * The output for a batch.
   *
   * @param parameters as {@link #parameters} lists them
   */
  Applied forward(Pass pass, SecretTensor x, List<SecretTensor> parameters);

  /** A layer applied to a batch, with what its backward pass needs. */
  interface Applied {
    /** With as many fraction bits as it came by; whoever needs fewer shortens it. */
    SecretTensor output();

    /**
     * The derivatives of the loss.
     *
     * @param error by the output
     * @param wantsError whether the derivative by the input is needed
     */
    Derivatives backward(Pass pass, SecretTensor error, boolean wantsError);
  }

  /**
   * Derivatives of the loss by the input of a layer, if it was wanted, and by its parameters,
   * summed over the batch; in the place of a statistic's what it becomes.
   */
  record Derivatives(Optional<SecretTensor> error, List<ParameterGradient> gradients) {}
}
