package io.consilium.inference.onnx.program;

import io.consilium.protocols.SecretTensor;
import java.util.List;

/**
 * Instructions that run in the rounds of one when they do not depend on each other, as those of
 * parallel branches. Equal bundles are one.
 */
public interface Bundle {
  /**
   * What the steps compute, in their order: as many elements as their results have, in any format.
   */
  List<SecretTensor> run(List<Step> steps);

  /** Those that run together whatever their parameters and formats are. */
  enum Kind implements Bundle {
    /** What sends nothing. */
    LOCAL {
      @Override
      public List<SecretTensor> run(List<Step> steps) {
        return LocalInstruction.together(steps);
      }
    },
    /** Products of matrices, convolutions, and sums with public weights. */
    PRODUCTS {
      @Override
      public List<SecretTensor> run(List<Step> steps) {
        return ProductInstruction.together(steps);
      }
    },
    /** Products of secrets, element by element. */
    ELEMENT_PRODUCTS {
      @Override
      public List<SecretTensor> run(List<Step> steps) {
        return ElementProduct.together(steps);
      }
    },
    /** Comparisons of elements: ReLUs, clips. */
    SIGNS {
      @Override
      public List<SecretTensor> run(List<Step> steps) {
        return SignInstruction.together(steps);
      }
    },
    /** The largest of each column. */
    LARGEST {
      @Override
      public List<SecretTensor> run(List<Step> steps) {
        return Largest.together(steps);
      }
    },
    /** Where it is. */
    PLACES_OF_LARGEST {
      @Override
      public List<SecretTensor> run(List<Step> steps) {
        return IndexOfLargest.together(steps);
      }
    }
  }
}
