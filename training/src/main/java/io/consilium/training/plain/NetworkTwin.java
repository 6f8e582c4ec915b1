package io.consilium.training.plain;

import io.consilium.protocols.Shape;
import io.consilium.training.PublicRandom;
import io.consilium.training.network.AveragePool;
import io.consilium.training.network.BatchNorm;
import io.consilium.training.network.BinaryCrossEntropy;
import io.consilium.training.network.Concatenation;
import io.consilium.training.network.Conv;
import io.consilium.training.network.Dense;
import io.consilium.training.network.Dropout;
import io.consilium.training.network.Flatten;
import io.consilium.training.network.Gelu;
import io.consilium.training.network.GlobalAveragePool;
import io.consilium.training.network.HuberLoss;
import io.consilium.training.network.Layer;
import io.consilium.training.network.LeakyRelu;
import io.consilium.training.network.Loss;
import io.consilium.training.network.MaxPool;
import io.consilium.training.network.MeanSquaredError;
import io.consilium.training.network.Network;
import io.consilium.training.network.NetworkStep;
import io.consilium.training.network.Optimiser;
import io.consilium.training.network.Parameter;
import io.consilium.training.network.Relu;
import io.consilium.training.network.Residual;
import io.consilium.training.network.Sigmoid;
import io.consilium.training.network.Softmax;
import io.consilium.training.network.SoftmaxCrossEntropy;
import io.consilium.training.network.Tanh;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.api.OutAndGrad;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The training of a network in the clear and in double precision, from the same initial weights.
 * Only the forward pass is written here; the derivatives are those of ND4J, so they check ours.
 */
public final class NetworkTwin {
  private static final int BLOCK_ROWS = 256;
  private static final String ROWS = "rows";
  private static final String LABELS = "labels";
  private static final String OUTPUT = "output";
  private static final String LOSS = "loss";
  private static final String TRAINING = "training";
  private static final String WEIGHTS = "weights";

  private final Network network;
  private final TwinOptimiser optimiser;
  private final SameDiff graph = SameDiff.create();
  private final TwinWindows windows = new TwinWindows(graph);
  private final List<String> names;
  private final List<Mask> masks = new ArrayList<>();
  private final List<TwinNorm> norms = new ArrayList<>();
  private final SDVariable training;
  private final NativeMemory memory = new NativeMemory();
  private long steps;

  /** What a dropout multiplies by: public, and given to every step. */
  private record Mask(String name, Dropout layer, Shape shape) {}

  public NetworkTwin(Network network, Optimiser optimiser, long seed) {
    this.network = network;
    this.optimiser = TwinOptimiser.of(optimiser);
    this.names = network.parameters().stream().map(Parameter::name).toList();
    List<double[]> initial = NetworkStep.initialValues(network, seed);
    List<SDVariable> variables = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      long[] shape = dimensions(network.parameters().get(i).shape());
      INDArray values = Nd4j.createFromArray(initial.get(i)).reshape(shape);
      variables.add(graph.var(names.get(i), values));
    }
    training = graph.placeHolder(TRAINING, DataType.DOUBLE, 1);
    SDVariable rows = graph.placeHolder(ROWS, DataType.DOUBLE, batch(network.input()));
    SDVariable output = output(rows, variables);
    SDVariable labels =
        graph.placeHolder(LABELS, DataType.DOUBLE, batch(network.loss().label(network.output())));
    SDVariable weights = graph.placeHolder(WEIGHTS, DataType.DOUBLE, batch(weightShape()));
    graph.setLossVariables(losses(network.loss(), output, labels).mul(weights).sum().rename(LOSS));
    QuietGradients.create(graph, trained().toArray(new String[0]));
  }

  /** One number a row, in the rank of a label. */
  private Shape weightShape() {
    int rank = network.loss().label(network.output()).rank();
    return new Shape(Collections.nCopies(rank, 1));
  }

  private static long[] dimensions(Shape shape) {
    return shape.dimensions().stream().mapToLong(Integer::longValue).toArray();
  }

  private static long[] batch(Shape row) {
    return batch(row, -1);
  }

  private static long[] batch(Shape row, int rows) {
    long[] shape = new long[row.rank() + 1];
    shape[0] = rows;
    System.arraycopy(dimensions(row), 0, shape, 1, row.rank());
    return shape;
  }

  private SDVariable output(SDVariable rows, List<SDVariable> variables) {
    return applied(network.layers(), network.input(), rows, variables).rename(OUTPUT);
  }

  private SDVariable applied(
      List<Layer> layers, Shape input, SDVariable rows, List<SDVariable> variables) {
    SDVariable x = rows;
    Shape shape = input;
    int at = 0;
    for (Layer layer : layers) {
      int end = at + layer.parameters(shape).size();
      x = applied(layer, shape, x, variables.subList(at, end));
      shape = layer.output(shape);
      at = end;
    }
    return x;
  }

  private SDVariable applied(Layer layer, Shape shape, SDVariable x, List<SDVariable> parameters) {
    return switch (layer) {
      case AveragePool pool -> mean(pool, shape, x);
      case BatchNorm norm -> normalised(norm, shape, x, parameters);
      case Conv conv -> windows.convolved(conv, shape, x, parameters);
      case Concatenation branches -> concatenated(branches, shape, x, parameters);
      case Dense _ -> x.mmul(parameters.get(0)).add(parameters.get(1));
      case Dropout dropout -> x.mul(mask(dropout, shape));
      case Gelu _ -> x.mul(graph.math().erf(x.mul(Math.sqrt(0.5))).add(1)).mul(0.5);
      case Softmax _ -> graph.nn().softmax(x, 1);
      case Flatten _ -> x.reshape(-1, shape.size());
      case GlobalAveragePool _ -> mean(shape, x);
      case LeakyRelu leaky -> graph.nn().leakyRelu(x, leaky.roundedSlope());
      case MaxPool pool -> windows.largest(pool.window(), shape, x);
      case Relu _ -> graph.nn().relu(x, 0);
      case Residual inner -> x.add(applied(inner.layers(), shape, x, parameters));
      case Sigmoid _ -> graph.nn().sigmoid(x);
      case Tanh _ -> graph.nn().tanh(x);
    };
  }

  /** With the factors as they are represented: rounded, they show in small derivatives. */
  private SDVariable mean(AveragePool pool, Shape shape, SDVariable x) {
    int volume = pool.window().size().stream().reduce(1, Math::multiplyExact);
    return windows.mean(pool.window(), shape, x).mul(pool.factor() * volume);
  }

  private static SDVariable mean(Shape shape, SDVariable x) {
    SDVariable sum = x.sum(IntStream.rangeClosed(2, shape.rank()).toArray());
    return sum.mul(GlobalAveragePool.factor(shape));
  }

  private SDVariable normalised(
      BatchNorm layer, Shape shape, SDVariable x, List<SDVariable> parameters) {
    TwinNorm norm = TwinNorm.of(layer, shape, x, parameters, training);
    norms.add(norm);
    return norm.output();
  }

  private SDVariable mask(Dropout layer, Shape shape) {
    Mask mask = new Mask("mask" + masks.size(), layer, shape);
    masks.add(mask);
    return graph.placeHolder(mask.name(), DataType.DOUBLE, batch(shape));
  }

  private SDVariable concatenated(
      Concatenation layer, Shape shape, SDVariable x, List<SDVariable> parameters) {
    List<SDVariable> outputs = new ArrayList<>();
    int at = 0;
    for (List<Layer> branch : layer.branches()) {
      int end = at + new Concatenation(List.of(branch)).parameters(shape).size();
      outputs.add(applied(branch, shape, x, parameters.subList(at, end)));
      at = end;
    }
    return graph.concat(1, outputs.toArray(new SDVariable[0]));
  }

  /** For each output of each row its part of the loss. */
  private SDVariable losses(Loss loss, SDVariable output, SDVariable labels) {
    return switch (loss) {
      case BinaryCrossEntropy _ -> graph.nn().softplus(output).sub(output.mul(labels));
      case HuberLoss huber -> {
        SDVariable rest = output.sub(labels);
        SDVariable cut = graph.math().clipByValue(rest, -huber.bound(), huber.bound());
        yield cut.mul(rest.sub(cut.mul(0.5)));
      }
      case MeanSquaredError _ -> graph.math().square(output.sub(labels)).mul(0.5);
      case SoftmaxCrossEntropy _ -> graph.nn().logSoftmax(output).mul(labels).neg();
    };
  }

  /** One step; rows and labels lie one behind the other. */
  public void step(double[] rows, double[] labels, int count, double rate) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    step(rows, labels, ones, count, rate);
  }

  /** One step in which the loss of each row is multiplied by a weight. */
  public void step(double[] rows, double[] labels, double[] weights, int count, double rate) {
    Map<String, INDArray> given = new HashMap<>();
    given.put(ROWS, tensor(rows, network.input(), count));
    given.put(LABELS, tensor(labels, network.loss().label(network.output()), count));
    given.put(WEIGHTS, tensor(weights, weightShape(), count));
    for (int i = 0; i < masks.size(); i++) {
      given.put(masks.get(i).name(), mask(masks.get(i), i, count));
    }
    given.put(TRAINING, Nd4j.ones(DataType.DOUBLE, 1));
    OutAndGrad results = graph.calculateGradientsAndOutputs(given, statistics(), trained());
    Map<String, INDArray> gradients = results.getGradients();
    steps++;
    norms.forEach(norm -> norm.update(results.getOutputs(), count));
    for (Parameter parameter : network.parameters()) {
      if (!parameter.trained()) {
        continue;
      }
      SDVariable variable = graph.getVariable(parameter.name());
      INDArray gradient = gradients.get(parameter.name()).div(count);
      INDArray move = optimiser.move(parameter, variable.getArr(), gradient, rate, steps);
      variable.setArray(variable.getArr().add(move));
    }
    memory.tidy();
  }

  /** What a step computes besides gradients. */
  private List<String> statistics() {
    List<String> outputs = new ArrayList<>(List.of(LOSS));
    norms.forEach(norm -> outputs.addAll(List.of(norm.mean().name(), norm.variance().name())));
    return outputs;
  }

  private List<String> trained() {
    return network.parameters().stream().filter(Parameter::trained).map(Parameter::name).toList();
  }

  /** As the layer draws it in this step. */
  private INDArray mask(Mask mask, int index, int count) {
    PublicRandom random =
        new PublicRandom(mask.layer().seed(), "consilium step " + steps + " mask " + index);
    double[] factors = new double[mask.shape().size() * count];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = random.nextUnit() < mask.layer().probability() ? 0 : mask.layer().factor();
    }
    return tensor(factors, mask.shape(), count);
  }

  private static INDArray tensor(double[] values, Shape row, int count) {
    return Nd4j.createFromArray(values).reshape(batch(row, count));
  }

  /** The outputs of the network, such as logits, row after row. */
  public double[] scores(double[] rows, int count) {
    int inputs = network.input().size();
    int outputs = network.output().size();
    double[] scores = new double[count * outputs];
    // In blocks: a convolution of ND4J keeps every window of every row.
    for (int from = 0; from < count; from += BLOCK_ROWS) {
      int to = Math.min(from + BLOCK_ROWS, count);
      double[] block =
          scoresOfBlock(Arrays.copyOfRange(rows, from * inputs, to * inputs), to - from);
      System.arraycopy(block, 0, scores, from * outputs, block.length);
      memory.tidy();
    }
    return scores;
  }

  private double[] scoresOfBlock(double[] rows, int count) {
    Map<String, INDArray> given = new HashMap<>();
    given.put(ROWS, tensor(rows, network.input(), count));
    given.put(TRAINING, Nd4j.zeros(DataType.DOUBLE, 1));
    masks.forEach(
        mask -> given.put(mask.name(), Nd4j.ones(DataType.DOUBLE, batch(mask.shape(), count))));
    return graph.output(given, OUTPUT).get(OUTPUT).dup('c').data().asDouble();
  }

  /** The parameters, as {@link Network#parameters} lists them. */
  public List<double[]> parameters() {
    return names.stream()
        .map(name -> graph.getVariable(name).getArr().dup('c').data().asDouble())
        .toList();
  }
}
