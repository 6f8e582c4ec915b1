package io.consilium.inference.onnx.program;

import io.consilium.protocols.SecretTensor;
import java.util.List;

/**
 * Kinds of instructions that run in the rounds of one when they do not depend on each other, as
 * those of parallel branches.
 */
public enum Bundle {
  /** Products of matrices and convolutions. */
  PRODUCTS {
    @Override
    List<SecretTensor> run(List<Instruction> all, List<Step> steps) {
      return ProductInstruction.together(
          all.stream().map(ProductInstruction.class::cast).toList(), steps);
    }
  },
  /** ReLUs. */
  RECTIFIERS {
    @Override
    List<SecretTensor> run(List<Instruction> all, List<Step> steps) {
      return Rectified.together(steps);
    }
  };

  /** The results of all, in their order. */
  abstract List<SecretTensor> run(List<Instruction> all, List<Step> steps);
}
