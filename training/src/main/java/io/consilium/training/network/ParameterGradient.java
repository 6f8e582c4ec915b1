package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretProduct;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.ring.ConvolutionGeometry;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The gradient of a parameter, summed over the batch, before it is computed. */
sealed interface ParameterGradient {
  /** left^T right: [n, a] and [n, b] to [a, b]. */
  record OfProduct(Kept left, Kept right) implements ParameterGradient {}

  /** The sum over the rows: [n, a] to [a]. Local. */
  record OfRows(Kept error) implements ParameterGradient {}

  /** Of a convolution's weights. */
  record OfConvolution(ConvolutionGeometry geometry, Kept input, Kept error)
      implements ParameterGradient {}

  /** The sum over rows and places: [n, a, spatial...] to [a]. Local. */
  record OfChannels(Kept error) implements ParameterGradient {}

  /** One that the layer has computed; of a statistic, what it becomes. */
  record Known(SecretTensor value) implements ParameterGradient {}

  /** All of them: the tensors they need shortened in two rounds, the products in one. */
  static List<SecretTensor> compute(Pass pass, List<ParameterGradient> gradients) {
    pass.settle();
    Backend b = pass.backend();
    List<SecretProduct> wanted = new ArrayList<>();
    for (ParameterGradient gradient : gradients) {
      switch (gradient) {
        case OfProduct(Kept left, Kept right) ->
            wanted.add(new SecretProduct.OfMatrices(left.value(), true, right.value(), false));
        case OfConvolution(ConvolutionGeometry geometry, Kept input, Kept error) ->
            wanted.add(new SecretProduct.WeightGradient(geometry, input.value(), error.value()));
        case OfRows _, OfChannels _, Known _ -> {}
      }
    }
    Iterator<SecretTensor> products = b.products(wanted).iterator();
    List<SecretTensor> results = new ArrayList<>();
    for (ParameterGradient gradient : gradients) {
      results.add(
          switch (gradient) {
            case OfProduct _, OfConvolution _ -> products.next();
            case OfRows(Kept error) -> b.sumRows(error.value());
            case Known(SecretTensor value) -> value;
            case OfChannels(Kept error) -> Channels.sums(b, error.value());
          });
    }
    return results;
  }
}
