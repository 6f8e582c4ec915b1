package io.consilium.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.training.network.DeclaredRanges;
import io.consilium.training.network.Layer;
import io.consilium.training.network.Network;
import io.consilium.training.network.NetworkState;
import io.consilium.training.network.NetworkStep;
import io.consilium.training.network.Parameter;
import io.consilium.training.network.RateTooSmallException;
import io.consilium.training.spec.ClassWeights;
import io.consilium.training.spec.InvalidSpecException;
import io.consilium.training.spec.LayerSpec;
import io.consilium.training.spec.Neural;
import io.consilium.training.spec.TrainingSpec;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The steps of a network, as a program takes them. Rounds and bytes: {@link NetworkStep}. */
final class NetworkTraining implements TrainingStep {
  private final TrainingSpec training;
  private final Network network;
  private final NetworkStep step;

  private NetworkTraining(TrainingSpec training, Network network, NetworkStep step) {
    this.training = training;
    this.network = network;
    this.step = step;
  }

  /** Runs a step on outlines: what does not fit the ring is found here. */
  static NetworkTraining of(Neural model, TrainingSpec training, int features, BatchPlan batches)
      throws InvalidSpecException {
    Network network = model.network(features);
    NetworkStep step = new NetworkStep(network, training.networkOptimiser(batches.batchSize()));
    FixedPoint format = new FixedPoint(training.fractionBits());
    try {
      var _ = step.cost(batches.batchSize(), format, training.learningRate());
    } catch (RateTooSmallException e) {
      throw new InvalidSpecException(
          "training.learningRate",
          "%s cannot be represented with batches of %d rows; take smaller batches or a rate from %s on"
              .formatted(training.learningRate(), batches.batchSize(), possible(e.rateMin())));
    } catch (IllegalArgumentException e) {
      throw new InvalidSpecException("model.layers", "cannot be trained: " + e.getMessage());
    }
    return new NetworkTraining(training, network, step);
  }

  /** A short number that is a little above. */
  private static String possible(double rateMin) {
    BigDecimal above = new BigDecimal(Math.nextUp(rateMin));
    return above.round(new MathContext(3, RoundingMode.UP)).toPlainString();
  }

  @Override
  public ClassWeights classWeights() {
    return training.classWeights();
  }

  @Override
  public Batch batch(Backend b, SecretTensor prepared, SecretTensor labels, SampleWeights weights) {
    return new Batch(prepared, weights.ofRows(b, labels), labels);
  }

  @Override
  public NetworkState initial(Backend b) {
    return step.initial(b, training.seed());
  }

  @Override
  public NetworkState apply(Backend b, NetworkState state, Batch batch, int epoch) {
    Shape label = network.loss().label(network.output());
    int rows = batch.rows().shape().rows();
    return step.apply(
        b,
        state,
        b.reshape(batch.rows(), NetworkStep.batch(network.input(), rows)),
        b.reshape(batch.labels(), NetworkStep.batch(label, rows)),
        batch.weightedRows(),
        training.learningRate(epoch));
  }

  @Override
  public SharedModel model(
      Backend b,
      ModelLayout layout,
      NetworkState state,
      SecretTensor means,
      Deviations deviations) {
    Map<String, SecretTensor> tensors = new HashMap<>();
    tensors.put(ModelLayout.MEANS, means);
    tensors.put(ModelLayout.SCALES, deviations.scales());
    tensors.put(ModelLayout.LIMITS, deviations.limits());
    List<Parameter> parameters = network.parameters();
    for (int i = 0; i < parameters.size(); i++) {
      tensors.put(parameters.get(i).name(), state.parameters().get(i));
    }
    return SharedModel.of(layout, tensors);
  }

  @Override
  public void describe(ObjectNode plan) {
    ObjectNode shapes = plan.putObject("parameters");
    network.parameters().forEach(p -> shapes.put(p.name(), p.shape().toString()));
  }

  @Override
  public List<PlannedLayer> layers() {
    List<PlannedLayer> layers = new ArrayList<>();
    Shape shape = network.input();
    for (Layer layer : network.layers()) {
      long parameters = 0;
      for (Parameter parameter : layer.parameters(shape)) {
        parameters += parameter.shape().size();
      }
      shape = layer.output(shape);
      layers.add(new PlannedLayer(LayerSpec.type(layer), shape, parameters));
    }
    return layers;
  }

  @Override
  public List<DeclaredRange> ranges() {
    List<DeclaredRange> ranges = new ArrayList<>(DeclaredRanges.ofNetworks());
    ranges.addAll(training.networkOptimiser(training.batchSize()).ranges());
    return ranges;
  }
}
