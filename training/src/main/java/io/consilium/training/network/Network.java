package io.consilium.training.network;

import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers one behind the other, and the loss of the last.
 *
 * @param input the shape of one row
 */
public record Network(Shape input, List<Layer> layers, Loss loss) {
  /**
   * @throws IllegalArgumentException if a layer does not take what the one before gives, or nothing
   *     is trained
   */
  public Network {
    layers = List.copyOf(layers);
    Shape shape = input;
    boolean trained = false;
    for (Layer layer : layers) {
      trained |= !layer.parameters(shape).isEmpty();
      shape = layer.output(shape);
    }
    if (!trained) {
      throw new IllegalArgumentException("a network without parameters");
    }
    loss.label(shape);
  }

  /** The shape of each layer's input, and of the output behind. */
  List<Shape> shapes() {
    List<Shape> shapes = new ArrayList<>(List.of(input));
    for (Layer layer : layers) {
      shapes.add(layer.output(shapes.getLast()));
    }
    return shapes;
  }

  public Shape output() {
    return shapes().getLast();
  }

  /** Everything that is trained, layer after layer; names begin with the index of the layer. */
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      for (Parameter p : parameters(i)) {
        all.add(new Parameter(i + "." + p.name(), p.shape(), p.bound(), p.decays()));
      }
    }
    return all;
  }

  List<Parameter> parameters(int layer) {
    return layers.get(layer).parameters(shapes().get(layer));
  }

  /** The first layer with parameters: no error is needed in front of it. */
  int firstTrained() {
    int first = 0;
    while (parameters(first).isEmpty()) {
      first++;
    }
    return first;
  }
}
