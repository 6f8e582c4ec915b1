package io.consilium.inference;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import java.util.Map;

/** What a model computes, over tensors that nobody sees. */
@FunctionalInterface
public interface SecretModel {
  /**
   * Predicts.
   *
   * @param features [rows, columns] of the card's features, 0 where missing
   * @param mask the same shape, integers: 1 where the record has the feature, 0 where it is missing
   * @return [rows, columns] of the card's output, in its format
   */
  SecretTensor predict(Backend backend, SecretTensor features, SecretTensor mask);

  /** Makes a model of what a party has stored of it, and of its tensors in a session. */
  @FunctionalInterface
  interface Loader {
    SecretModel load(ModelAsset asset, Map<String, SecretTensor> tensors);
  }
}
