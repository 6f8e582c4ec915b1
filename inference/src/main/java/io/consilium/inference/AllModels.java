package io.consilium.inference;

import io.consilium.protocols.SecretTensor;
import java.util.Map;

/** Serves models that were trained here and networks that were imported. */
public final class AllModels implements SecretModel.Loader {
  private final TrainedModels trained = new TrainedModels();
  private final ImportedModels imported = new ImportedModels();

  @Override
  public SecretModel load(ModelAsset asset, Map<String, SecretTensor> tensors) {
    return asset.card().isImported() ? imported.load(asset, tensors) : trained.load(asset, tensors);
  }
}
