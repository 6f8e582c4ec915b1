package io.consilium.inference;

import io.consilium.inference.onnx.NetworkDescription;
import io.consilium.inference.onnx.SharedNetwork;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Serves networks that were imported. The card's {@code model} is the {@link NetworkDescription},
 * from which each party makes the program when a session begins; its {@code schema} is the {@link
 * NetworkCard}. Records of a batch are answered one after the other.
 */
public final class ImportedModels implements SecretModel.Loader {
  /** The kind of a card of an imported network. */
  public static final String KIND = "onnx";

  /** Where a model comes from, and who holds it. */
  public record Origin(
      String name,
      int version,
      String jobId,
      String planDigest,
      List<String> computeParties,
      String created) {}

  /**
   * The card of an imported network.
   *
   * @param classes names of the classes, if they have any
   */
  public static ModelCard card(
      Origin origin, SharedNetwork network, NetworkCard asking, List<String> classes) {
    return new ModelCard(
        origin.name(),
        origin.version(),
        KIND,
        origin.jobId(),
        origin.planDigest(),
        origin.computeParties(),
        network.description().toJson(),
        asking.toJson(),
        NetworkCard.nothing(),
        new ModelCard.Features(asking.inputElements(), 0, asking.codeMax()),
        new ModelCard.Output(
            network.description().output().kind().word(), classes, asking.outputElements(), 0),
        origin.created());
  }

  @Override
  public SecretModel load(ModelAsset asset, Map<String, SecretTensor> tensors) {
    NetworkCard asking = NetworkCard.of(asset.card());
    SharedNetwork network = network(asset);
    List<SecretTensor> weights = List.copyOf(tensors.values());
    return (backend, features, _) -> {
      List<SecretTensor> answers = new ArrayList<>();
      for (int row = 0; row < features.shape().rows(); row++) {
        SecretTensor codes = backend.rowRange(features, row, row + 1);
        answers.add(answer(backend, network, inputs(backend, asking, codes), weights));
      }
      return answers.size() == 1 ? answers.getFirst() : backend.concatenate(answers);
    };
  }

  /** The program, which every party makes for itself of the card. */
  private static SharedNetwork network(ModelAsset asset) {
    try {
      SharedNetwork network = SharedNetwork.of(NetworkDescription.parse(asset.card().model()));
      return network.description().publicWeights() ? network.withWeights(asset.known()) : network;
    } catch (ModelRefused e) {
      throw new IllegalArgumentException(asset.card().title() + ": " + e.getMessage(), e);
    }
  }

  private static List<SecretTensor> inputs(
      Backend backend, NetworkCard asking, SecretTensor codes) {
    SecretTensor column = backend.reshape(codes, Shape.matrix(codes.size(), 1));
    List<SecretTensor> inputs = new ArrayList<>();
    int from = 0;
    for (NetworkCard.Part part : asking.inputs()) {
      SecretTensor own = backend.rowRange(column, from, from + part.size());
      inputs.add(
          backend.reshape(backend.reinterpret(own, part.format()), Shape.vector(part.size())));
      from += part.size();
    }
    return inputs;
  }

  private static SecretTensor answer(
      Backend backend,
      SharedNetwork network,
      List<SecretTensor> inputs,
      List<SecretTensor> weights) {
    List<SecretTensor> columns = new ArrayList<>();
    for (SecretTensor output : network.answer(backend, inputs, weights)) {
      SecretTensor codes = backend.reinterpret(output, FixedPoint.INTEGER);
      columns.add(backend.reshape(codes, Shape.matrix(codes.size(), 1)));
    }
    SecretTensor all = columns.size() == 1 ? columns.getFirst() : backend.concatenate(columns);
    return backend.reshape(all, Shape.matrix(1, all.size()));
  }
}
