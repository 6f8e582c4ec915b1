package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.Cost;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.training.CostBackend;
import io.consilium.training.PublicRandom;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The steps of a network's training: forward, loss, backward, gradients, update.
 *
 * <p>Rounds for a perceptron with two hidden layers of ReLU and softmax of 10 classes: 65, with
 * inputs of up to 8 fraction bits.
 */
public final class NetworkStep {
  private final Network network;
  private final Optimiser optimiser;
  private final List<Parameter> parameters;

  public NetworkStep(Network network, Optimiser optimiser) {
    this.network = network;
    this.optimiser = optimiser;
    this.parameters = network.parameters();
  }

  public Network network() {
    return network;
  }

  /** The state before the first step: public numbers from a seed, which cost nothing to share. */
  public NetworkState initial(Backend b, long seed) {
    List<double[]> values = initialValues(network, seed);
    List<SecretTensor> tensors = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      long[] codes = Ranges.DEFAULT.encode(values.get(i));
      tensors.add(b.constant(parameters.get(i).shape(), Ranges.DEFAULT, codes));
    }
    return new NetworkState(tensors, optimiser.initialMemory(b, trained(parameters)), 0);
  }

  /** The initial parameters, before they are rounded to their format. */
  public static List<double[]> initialValues(Network network, long seed) {
    return network.parameters().stream()
        .map(p -> p.initial(new PublicRandom(seed, "consilium weights " + p.name())))
        .toList();
  }

  /**
   * One step on a batch.
   *
   * @param rows [n, input...]; few fraction bits spare a truncation: 8 are exact for grey values
   * @param labels [n, label...] in the format of the loss
   * @param rate the learning rate of this step
   */
  public NetworkState apply(
      Backend b, NetworkState state, SecretTensor rows, SecretTensor labels, double rate) {
    return apply(b, state, rows, labels, Optional.empty(), rate);
  }

  /**
   * One step on a batch whose rows may count more or less: their losses are multiplied by weights.
   * One round more.
   *
   * @param weights [n, 1] with 16 fraction bits, if not all are 1
   */
  public NetworkState apply(
      Backend b,
      NetworkState state,
      SecretTensor rows,
      SecretTensor labels,
      Optional<SecretTensor> weights,
      double rate) {
    Batch batch = new Batch(rows, labels, weights);
    List<SecretTensor> next =
        b.scoped(() -> apply(b, state.promised(b), batch, rate, (_, _) -> {}).tensors());
    return state.next(next);
  }

  private record Batch(SecretTensor rows, SecretTensor labels, Optional<SecretTensor> weights) {
    /** Derivatives of losses times the weights of their rows. */
    SecretTensor weighted(Backend b, SecretTensor error) {
      return weights
          .map(w -> {
            SecretTensor vector = b.reshape(w, Shape.vector(w.size()));
            SecretTensor repeated = b.transpose(b.repeat(vector, error.shape().columns()));
            return b.multiply(error, b.reshape(repeated, error.shape()));
          })
          .orElse(error);
    }
  }

  private NetworkState apply(
      Backend b, NetworkState state, Batch batch, double rate, CostListener listener) {
    Cost start = b.declared();
    Pass pass = Pass.training(b, state.steps());
    Layer.Applied applied = network.chain().forward(pass, batch.rows(), state.parameters());
    Cost forward = b.declared();
    listener.ended("forward", forward.since(start));
    SecretTensor error =
        batch.weighted(b, network.loss().error(pass, applied.output(), batch.labels()));
    Cost loss = b.declared();
    listener.ended("loss", loss.since(forward));
    List<ParameterGradient> wanted = applied.backward(pass, error, false).gradients();
    Cost backward = b.declared();
    listener.ended("backward", backward.since(loss));
    List<SecretTensor> gradients = ParameterGradient.compute(pass, wanted);
    Cost computed = b.declared();
    listener.ended("gradients", computed.since(backward));
    int count = batch.rows().shape().rows();
    NetworkState next = updated(b, state, gradients, count, rate);
    listener.ended("update", b.declared().since(computed));
    return next;
  }

  /** Trained parameters follow their gradients; a statistic becomes what its layer says. */
  private NetworkState updated(
      Backend b, NetworkState state, List<SecretTensor> gradients, int rows, double rate) {
    List<Parameter> followers = trained(parameters);
    NetworkState part =
        new NetworkState(trained(state.parameters()), state.memory(), state.steps());
    NetworkState moved = optimiser.update(b, followers, part, trained(gradients), rows, rate);
    Iterator<SecretTensor> next = moved.parameters().iterator();
    List<SecretTensor> all = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      all.add(parameters.get(i).trained() ? next.next() : gradients.get(i));
    }
    return new NetworkState(all, moved.memory(), moved.steps());
  }

  /** What belongs to the parameters that are trained. */
  private <T> List<T> trained(List<T> all) {
    return IntStream.range(0, parameters.size())
        .filter(i -> parameters.get(i).trained())
        .mapToObj(all::get)
        .toList();
  }

  private interface CostListener {
    void ended(String part, Cost cost);
  }

  /** The outputs of the network, such as logits, in the default format. */
  public SecretTensor scores(Backend b, NetworkState state, SecretTensor rows) {
    return network.scores(b, state.parameters(), rows);
  }

  /** What the network predicts of rows, see {@link Loss#prediction}. */
  public SecretTensor predict(Backend b, NetworkState state, SecretTensor rows) {
    Pass pass = Pass.scoring(b);
    SecretTensor output = network.chain().forward(pass, rows, state.parameters()).output();
    return network.loss().prediction(pass, output);
  }

  /**
   * The exact cost of a step, part by part in their order.
   *
   * @param rows of the batch
   * @param format of the inputs
   * @param rate of the step
   */
  public Map<String, Cost> costs(int rows, FixedPoint format, double rate) {
    CostBackend b = new CostBackend();
    SecretTensor x = CostBackend.tensor(batch(network.input(), rows), format);
    Shape label = network.loss().label(network.output());
    SecretTensor y = CostBackend.tensor(batch(label, rows), network.loss().labelFormat());
    Map<String, Cost> parts = new LinkedHashMap<>();
    Batch batch = new Batch(x, y, Optional.empty());
    var _ = apply(b, initial(b, 0).promised(b), batch, rate, parts::put);
    return parts;
  }

  /** The exact cost of a step. */
  public Cost cost(int rows, FixedPoint format, double rate) {
    return costs(rows, format, rate).values().stream().reduce(Cost.NONE, Cost::then);
  }

  /** The shape of so many rows. */
  public static Shape batch(Shape row, int rows) {
    List<Integer> dimensions = new ArrayList<>(List.of(rows));
    dimensions.addAll(row.dimensions());
    return new Shape(dimensions);
  }
}
