package io.consilium.protocols;

import io.consilium.protocols.ring.ConvolutionGeometry;

/**
 * A bilinear map of two secret tensors: sums of products, of which only the sums are sent. Products
 * of all kinds share one round, see {@link Backend#products}.
 */
public sealed interface SecretProduct {
  /** The type of the result. Its range is that of the sums. */
  TensorType type();

  /** A product of matrices, either of them to be read as its transpose. */
  record OfMatrices(SecretTensor x, boolean transposeX, SecretTensor y, boolean transposeY)
      implements SecretProduct {
    @Override
    public TensorType type() {
      return x.type().matrixProduct(transposeX, y.type(), transposeY);
    }
  }

  /** A convolution. Shapes are those of the geometry: weights and input give the output. */
  record Convolution(ConvolutionGeometry geometry, SecretTensor weights, SecretTensor input)
      implements SecretProduct {
    @Override
    public TensorType type() {
      return weights.type().convolution(geometry, input.type());
    }
  }

  /**
   * The gradient of a convolution by its input.
   *
   * @param error the gradient by the output
   */
  record InputGradient(ConvolutionGeometry geometry, SecretTensor weights, SecretTensor error)
      implements SecretProduct {
    @Override
    public TensorType type() {
      return weights.type().inputGradient(geometry, error.type());
    }
  }

  /**
   * The gradient of a convolution by its weights.
   *
   * @param error the gradient by the output
   */
  record WeightGradient(ConvolutionGeometry geometry, SecretTensor input, SecretTensor error)
      implements SecretProduct {
    @Override
    public TensorType type() {
      return input.type().weightGradient(geometry, error.type());
    }
  }
}
