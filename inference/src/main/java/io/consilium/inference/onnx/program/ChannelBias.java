package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;

/** One number for each channel of images [n, c, ...], added at every place. */
record ChannelBias(int channels, int places) {
  void addTo(double[] images, double[] bias) {
    for (int i = 0; i < images.length; i++) {
      images[i] += bias[i / places % channels];
    }
  }

  /**
   * The images with a bias. Local, or 2 rounds if the bias has more fraction bits.
   *
   * @param operand which operand of the step the bias is
   */
  SecretTensor addTo(SecretTensor images, Step step, int operand) {
    Backend b = step.backend();
    int ofRecord = images.size() / step.records();
    int[] rows = new int[images.size()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i / ofRecord * channels + i / places % channels;
    }
    SecretTensor bias = step.operand(operand, images.format().fractionBits());
    SecretTensor column = b.reshape(bias, Shape.matrix(bias.size(), 1));
    SecretTensor everywhere = b.reshape(b.rows(column, rows), images.shape());
    return b.add(images, everywhere);
  }
}
