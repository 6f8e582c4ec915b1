package io.consilium.training.plain;

import io.consilium.protocols.Shape;
import io.consilium.training.network.BatchNorm;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * A batch normalisation in a graph: its output, and the statistics that every step of training
 * changes.
 *
 * @param running mean, variance and inverse deviation
 * @param mean of the batch
 * @param variance of the batch
 */
record TwinNorm(
    BatchNorm layer,
    Shape shape,
    List<SDVariable> running,
    SDVariable mean,
    SDVariable variance,
    SDVariable output) {
  /**
   * The layer in a graph.
   *
   * @param parameters as the layer lists them
   * @param training 1 in training, 0 in scoring
   */
  static TwinNorm of(
      BatchNorm layer,
      Shape shape,
      SDVariable x,
      List<SDVariable> parameters,
      SDVariable training) {
    long[] dimensions = LongStream.range(0, shape.rank() + 1).filter(d -> d != 1).toArray();
    int[] reduced = LongStream.of(dimensions).mapToInt(d -> (int) d).toArray();
    SDVariable mean = x.mean(true, reduced);
    SDVariable centred = x.sub(mean);
    SDVariable variance = centred.mul(centred).mean(true, reduced);
    List<SDVariable> spread = parameters.stream().map(p -> spread(p, shape)).toList();
    SDVariable inverse = variance.add(layer.epsilon()).pow(-0.5);
    SDVariable running = x.sub(spread.get(2)).mul(spread.get(4));
    SDVariable normal =
        layer.frozen()
            ? running
            : centred.mul(inverse).mul(training).add(running.mul(training.rsub(1)));
    SDVariable output = normal.mul(spread.get(0)).add(spread.get(1));
    return new TwinNorm(layer, shape, parameters.subList(2, 5), mean, variance, output);
  }

  /** One number for each channel, at every place of every row. */
  private static SDVariable spread(SDVariable channels, Shape shape) {
    long[] dimensions = new long[shape.rank() + 1];
    java.util.Arrays.fill(dimensions, 1);
    dimensions[1] = shape.dimensions().getFirst();
    return channels.reshape(dimensions);
  }

  /** The running statistics after a step, whose own are among the outputs of the graph. */
  void update(Map<String, INDArray> outputs, int rows) {
    if (layer.frozen()) {
      return;
    }
    long count = (long) rows * shape.size() / shape.dimensions().getFirst();
    double unbiased = (double) count / Math.max(1, count - 1);
    move(running.get(0), outputs.get(mean.name()), 1);
    move(running.get(1), outputs.get(variance.name()), unbiased);
    INDArray root = Transforms.sqrt(running.get(1).getArr().add(layer.epsilon()), true);
    running.get(2).setArray(root.rdiv(1));
  }

  private void move(SDVariable statistic, INDArray now, double factor) {
    INDArray old = statistic.getArr();
    INDArray seen = now.reshape(old.shape()).mul(factor * layer.replaced());
    statistic.setArray(old.mul(1 - layer.replaced()).addi(seen));
  }
}
