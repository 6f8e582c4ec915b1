package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
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
    Chain chain = new Chain(layers);
    if (chain.parameters(input).stream().noneMatch(Parameter::trained)) {
      throw new IllegalArgumentException("a network without parameters");
    }
    Shape _ = loss.label(chain.output(input));
  }

  Chain chain() {
    return new Chain(layers);
  }

  /** The shape of the output for one row. */
  public Shape output() {
    return chain().output(input);
  }

  /**
   * Everything that is trained, and statistics, layer after layer; names begin with the index of
   * the layer.
   */
  public List<Parameter> parameters() {
    return chain().parameters(input);
  }

  /**
   * The outputs for rows, such as logits, in the default format; nothing is dropped.
   *
   * @param parameters as {@link #parameters} lists them
   * @param rows [n, input...]
   */
  public SecretTensor scores(Backend b, List<SecretTensor> parameters, SecretTensor rows) {
    Pass pass = Pass.scoring(b);
    // Whatever made the parameters, the program is the same and costs the same.
    List<SecretTensor> promised =
        parameters.stream().map(p -> b.within(p, Ranges.OF_PARAMETERS)).toList();
    return pass.inDefaultFormat(chain().forward(pass, rows, promised).output());
  }
}
