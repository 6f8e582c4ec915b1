package io.consilium.inference.onnx.program;

import io.consilium.protocols.SecretProduct;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ring.ConvolutionGeometry;
import java.util.List;

/**
 * A transposed convolution: what the gradient of a convolution by its input is. Rounds and bytes as
 * a convolution's.
 *
 * @param geometry of the convolution whose output has the shape of x
 */
public record Deconvolution(ConvolutionGeometry geometry, Value x, Value weights)
    implements Instruction {
  @Override
  public List<Value> operands() {
    return List.of(x, weights);
  }

  @Override
  public Shape shape() {
    return new Shape(geometry.inputShape());
  }

  @Override
  public double[] evaluate(List<double[]> operands) {
    double[] z = new double[geometry.inputElements()];
    Taps.of(geometry).forEach((w, to, from) -> z[to] += operands.get(1)[w] * operands.get(0)[from]);
    return z;
  }

  @Override
  public Interval range(List<Interval> operands) {
    int summands = geometry.outputChannels() / geometry.groups();
    for (int d = 0; d < geometry.dimensions(); d++) {
      int kernel = geometry.kernelSize().get(d);
      summands *= Math.ceilDiv(kernel, geometry.stride().get(d));
    }
    Interval zero = new Interval(0, 0);
    // With dilation more taps may meet than one in a stride; all of them is safe.
    boolean dilated = geometry.dilation().stream().anyMatch(d -> d > 1);
    int all = geometry.outputChannels() / geometry.groups() * geometry.kernelVolume();
    return SumsOfProducts.range(operands, dilated ? all : summands).or(zero);
  }

  @Override
  public SecretTensor run(Step step) {
    List<SecretTensor> factors = step.factors(0, 1);
    return step.result(
        step.backend()
            .product(new SecretProduct.InputGradient(geometry, factors.get(1), factors.get(0))));
  }
}
