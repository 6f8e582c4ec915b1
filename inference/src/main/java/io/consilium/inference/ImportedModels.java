package io.consilium.inference;

import io.consilium.inference.onnx.NetworkDescription;
import io.consilium.inference.onnx.SharedNetwork;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.functions.Clamp;
import io.consilium.protocols.ring.ColumnSums;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Serves networks that were imported. The card's {@code model} is the {@link NetworkDescription},
 * from which each party makes the program when a session begins; its {@code schema} is the {@link
 * NetworkCard}. The records of a batch are answered together.
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
    return (backend, features, _) ->
        beside(
            backend,
            network.answer(backend, inputs(backend, asking, features), weights),
            features.shape().rows());
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

  /**
   * The tensors that lie side by side in the rows, each record a row. An honest client keeps to the
   * magnitudes of the card; whatever else is asked is moved to their ends, so that the program
   * computes what it is right for.
   *
   * <p>Rounds: 9 for each 2^18 elements begun. Bytes: 158 for each element.
   */
  private static List<SecretTensor> inputs(
      Backend backend, NetworkCard asking, SecretTensor features) {
    List<SecretTensor> inputs = new ArrayList<>();
    long[] most = new long[asking.inputs().size()];
    long[] least = new long[most.length];
    int from = 0;
    for (NetworkCard.Part part : asking.inputs()) {
      most[inputs.size()] = part.format().encode(part.magnitudeMax());
      least[inputs.size()] = -most[inputs.size()];
      SecretTensor own = backend.columns(features, from, from + part.size());
      inputs.add(backend.reinterpret(own, part.format()));
      from += part.size();
    }
    return backend.scoped(() -> Clamp.of(backend, inputs, least, most));
  }

  /** Outputs side by side, each record a row. */
  private static SecretTensor beside(Backend backend, List<SecretTensor> outputs, int records) {
    List<SecretTensor> rows = new ArrayList<>();
    for (SecretTensor output : outputs) {
      SecretTensor codes = backend.reinterpret(output, FixedPoint.INTEGER);
      rows.add(backend.reshape(codes, Shape.matrix(records, codes.size() / records)));
    }
    if (rows.size() == 1) {
      return rows.getFirst();
    }
    int[] all = new int[rows.stream().mapToInt(x -> x.shape().columns()).sum()];
    Arrays.setAll(all, j -> j);
    return backend.sumColumns(rows, ColumnSums.at(all.length, all));
  }
}
