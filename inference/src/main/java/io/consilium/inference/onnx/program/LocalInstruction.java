package io.consilium.inference.onnx.program;

import io.consilium.protocols.SecretTensor;
import java.util.List;

/** An instruction that sends nothing. Rounds: none, or 2 where formats differ. */
interface LocalInstruction extends Instruction {
  /** What it computes, in any format. */
  SecretTensor of(Step step);

  @Override
  default boolean isLocal() {
    return true;
  }

  @Override
  default Bundle bundle() {
    return Bundle.Kind.LOCAL;
  }

  /** What several compute. */
  static List<SecretTensor> together(List<Step> steps) {
    return steps.stream().map(step -> ((LocalInstruction) step.instruction()).of(step)).toList();
  }
}
