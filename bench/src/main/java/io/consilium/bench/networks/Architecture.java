package io.consilium.bench.networks;

import java.io.IOException;
import java.nio.file.Path;

/** A network, layer by layer: of a paper, or an example. */
public sealed interface Architecture permits ImageNetArchitecture, Unet3d, SmallCnn {
  /** Channels of the input. */
  int channels();

  /** 2 for images, 3 for volumes. */
  int dimensions();

  /** Classes that the scores are of; for volumes at every place. */
  int classes();

  /** Adds all layers from the input to the scores. */
  String layers(NetworkWriter writer, int side) throws IOException;

  /**
   * Writes the network with made-up weights.
   *
   * @param model the file to write; the weights lie beside it
   * @param side of the image
   */
  default void write(Path model, int side, long seed) throws IOException {
    try (NetworkWriter writer = NetworkWriter.of(model, dimensions(), seed)) {
      writer.finish(layers(writer, side));
    }
  }
}
