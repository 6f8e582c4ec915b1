package io.consilium.training.plain;

import io.consilium.training.network.Adam;
import io.consilium.training.network.ClippedGradients;
import io.consilium.training.network.Optimiser;
import io.consilium.training.network.Parameter;
import io.consilium.training.network.Sgd;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** An optimiser in the clear and in double precision. */
sealed interface TwinOptimiser {
  /**
   * What is added to a parameter.
   *
   * @param gradient the mean over the batch; may be changed
   * @param step from 1 on
   */
  INDArray move(Parameter parameter, INDArray weights, INDArray gradient, double rate, long step);

  /** The twin of an optimiser. */
  static TwinOptimiser of(Optimiser optimiser) {
    return switch (optimiser) {
      case Sgd sgd -> new Descent(sgd, new HashMap<>());
      case Adam adam -> new Moments(adam, new HashMap<>(), new HashMap<>(), new HashMap<>());
      case ClippedGradients clipped -> new Clipped(of(clipped.optimiser()), clipped.bound());
      default -> throw new IllegalArgumentException("no twin of " + optimiser);
    };
  }

  /** What is remembered of a parameter, 0 at first. */
  private static INDArray remembered(
      Map<String, INDArray> memory, Parameter parameter, INDArray weights) {
    return memory.computeIfAbsent(
        parameter.name(), _ -> Nd4j.zeros(DataType.DOUBLE, weights.shape()));
  }

  private static INDArray withDecay(
      Parameter parameter, INDArray weights, INDArray gradient, double l2) {
    return parameter.decays() ? gradient.addi(weights.mul(l2)) : gradient;
  }

  /** Every element of the gradient cut off at a bound. */
  record Clipped(TwinOptimiser optimiser, double bound) implements TwinOptimiser {
    @Override
    public INDArray move(
        Parameter parameter, INDArray weights, INDArray gradient, double rate, long step) {
      INDArray cut = Transforms.max(Transforms.min(gradient, bound), -bound);
      return optimiser.move(parameter, weights, cut, rate, step);
    }
  }

  /** v = mu v - d, and then v or, after Nesterov, mu v - d. */
  record Descent(Sgd sgd, Map<String, INDArray> velocity) implements TwinOptimiser {
    @Override
    public INDArray move(
        Parameter parameter, INDArray weights, INDArray gradient, double rate, long step) {
      INDArray change = withDecay(parameter, weights, gradient, sgd.l2()).muli(rate);
      INDArray moved = remembered(velocity, parameter, weights);
      moved.muli(sgd.momentum()).subi(change);
      return sgd.nesterov() ? moved.mul(sgd.momentum()).sub(change) : moved;
    }
  }

  /** As {@link Adam} says, with beta1 and beta2 as they are represented. */
  record Moments(
      Adam adam,
      Map<String, INDArray> first,
      Map<String, INDArray> second,
      Map<String, INDArray> largest)
      implements TwinOptimiser {
    @Override
    public INDArray move(
        Parameter parameter, INDArray weights, INDArray gradient, double rate, long step) {
      double[] beta = adam.representedBetas();
      INDArray g = withDecay(parameter, weights, gradient, adam.l2());
      INDArray m = remembered(first, parameter, weights).muli(beta[0]).addi(g.mul(1 - beta[0]));
      INDArray v =
          remembered(second, parameter, weights).muli(beta[1]).addi(g.mul(g).muli(1 - beta[1]));
      if (adam.amsgrad()) {
        INDArray before = remembered(largest, parameter, weights);
        v = before.assign(Transforms.max(before, v));
      }
      INDArray root = Transforms.sqrt(v.add(adam.epsilon() * adam.epsilon()), false);
      return m.div(root).muli(-rate * adam.correction(step));
    }
  }
}
