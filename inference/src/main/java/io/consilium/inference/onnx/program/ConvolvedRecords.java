package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretProduct;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.ring.ConvolutionGeometry;
import java.util.ArrayList;
import java.util.List;

/**
 * Convolutions of several records: a single one of all their images if they share the weights, so
 * that these are read once.
 *
 * @param geometry of one record
 */
record ConvolvedRecords(ConvolutionGeometry geometry) {
  /** A kind of convolution. */
  @FunctionalInterface
  interface Kind {
    SecretProduct of(ConvolutionGeometry geometry, SecretTensor weights, SecretTensor images);
  }

  /** Of images, operand 0, and weights, operand 1. */
  List<SecretProduct> products(Step step, Kind kind) {
    FactorBits bits = FactorBits.of(step);
    SecretTensor images = step.operand(0, bits.x());
    if (step.records() == 1 || step.isShared(1)) {
      SecretTensor weights = step.shared(1, bits.y());
      return List.of(kind.of(withBatch(geometry.batch() * step.records()), weights, images));
    }
    SecretTensor weights = step.operand(1, bits.y());
    List<SecretProduct> products = new ArrayList<>();
    for (int record = 0; record < step.records(); record++) {
      products.add(kind.of(geometry, part(step, weights, record), part(step, images, record)));
    }
    return products;
  }

  private static SecretTensor part(Step step, SecretTensor all, int record) {
    int rows = all.shape().rows() / step.records();
    return step.backend().rowRange(all, record * rows, (record + 1) * rows);
  }

  private ConvolutionGeometry withBatch(int batch) {
    return new ConvolutionGeometry(
        batch,
        geometry.inputChannels(),
        geometry.outputChannels(),
        geometry.groups(),
        geometry.inputSize(),
        geometry.kernelSize(),
        geometry.stride(),
        geometry.padding(),
        geometry.dilation());
  }

  /** The images of all records. */
  static SecretTensor joined(Backend b, List<SecretTensor> products) {
    return products.size() == 1 ? products.getFirst() : b.concatenate(products);
  }
}
