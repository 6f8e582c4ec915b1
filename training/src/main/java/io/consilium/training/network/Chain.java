package io.consilium.training.network;

import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Layers one behind the other. Names of parameters begin with the index of their layer.
 *
 * <p>The largest value of a window and a function that never falls change places without a
 * difference, so what is described as ReLU before max pooling is computed the other way around: a
 * comparison for each window instead of one for each element. Neither has parameters, so no name
 * changes.
 */
record Chain(List<Layer> layers) {
  Chain {
    layers = poolingFirst(layers);
  }

  private static List<Layer> poolingFirst(List<Layer> described) {
    List<Layer> layers = new ArrayList<>(described);
    for (int i = 1; i < layers.size(); i++) {
      for (int j = i; j > 0 && commute(layers.get(j - 1), layers.get(j)); j--) {
        Collections.swap(layers, j - 1, j);
      }
    }
    return List.copyOf(layers);
  }

  private static boolean commute(Layer first, Layer second) {
    return second instanceof MaxPool && (first instanceof Relu || first instanceof LeakyRelu);
  }

  /** The shape of each layer's input, and of the output behind. */
  private List<Shape> shapes(Shape input) {
    List<Shape> shapes = new ArrayList<>(List.of(input));
    for (Layer layer : layers) {
      shapes.add(layer.output(shapes.getLast()));
    }
    return shapes;
  }

  Shape output(Shape input) {
    return shapes(input).getLast();
  }

  List<Parameter> parameters(Shape input) {
    List<Shape> shapes = shapes(input);
    List<Parameter> all = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      for (Parameter parameter : layers.get(i).parameters(shapes.get(i))) {
        all.add(parameter.within(i));
      }
    }
    return all;
  }

  /** Applies the layers to a batch; shapes are those of the batch without its rows. */
  Forward forward(Pass pass, SecretTensor rows, List<SecretTensor> parameters) {
    List<Layer.Applied> applied = new ArrayList<>();
    List<Integer> counts = new ArrayList<>();
    SecretTensor x = rows;
    int at = 0;
    for (Layer layer : layers) {
      int count = layer.parameters(Pass.rowShape(x)).size();
      applied.add(layer.forward(pass, x, parameters.subList(at, at + count)));
      counts.add(count);
      x = applied.getLast().output();
      at += count;
    }
    return new Forward(applied, counts, x);
  }

  /**
   * The layers applied.
   *
   * @param counts parameters of each layer
   */
  record Forward(List<Layer.Applied> applied, List<Integer> counts, SecretTensor output)
      implements Layer.Applied {
    /** Ends at the first layer with parameters, unless the error in front is wanted. */
    @Override
    public Layer.Derivatives backward(Pass pass, SecretTensor last, boolean wantsError) {
      List<ParameterGradient> gradients = new ArrayList<>();
      Optional<SecretTensor> error = Optional.of(last);
      for (int i = applied.size() - 1; i >= 0 && error.isPresent(); i--) {
        boolean wantsMore = wantsError || counts.subList(0, i).stream().anyMatch(n -> n > 0);
        Layer.Derivatives derivatives =
            applied.get(i).backward(pass, error.orElseThrow(), wantsMore);
        gradients.addAll(0, derivatives.gradients());
        error = derivatives.error();
      }
      return new Layer.Derivatives(error, gradients);
    }
  }
}
