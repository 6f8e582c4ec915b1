package io.consilium.inference.onnx.program;

import io.consilium.protocols.SecretProduct;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ring.ConvolutionGeometry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A transposed convolution: what the gradient of a convolution by its input is. Rounds and bytes as
 * a convolution's.
 *
 * @param geometry of the convolution whose output has the shape of x
 * @param bias one for each channel of the result
 */
public record Deconvolution(
    ConvolutionGeometry geometry, Value x, Value weights, Optional<Value> bias)
    implements ProductInstruction {
  @Override
  public List<Value> operands() {
    List<Value> operands = new ArrayList<>(List.of(x, weights));
    bias.ifPresent(operands::add);
    return operands;
  }

  @Override
  public Shape shape() {
    return new Shape(geometry.inputShape());
  }

  @Override
  public double[] evaluate(List<double[]> operands) {
    double[] z = new double[geometry.inputElements()];
    Taps.of(geometry).forEach((w, to, from) -> z[to] += operands.get(1)[w] * operands.get(0)[from]);
    bias.ifPresent(_ -> channels().addTo(z, operands.get(2)));
    return z;
  }

  private ChannelBias channels() {
    int channels = geometry.inputChannels();
    return new ChannelBias(channels, geometry.inputElements() / geometry.batch() / channels);
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
    Interval sums = SumsOfProducts.range(operands, dilated ? all : summands).or(zero);
    return bias.isPresent() ? sums.plus(operands.get(2)) : sums;
  }

  @Override
  public int fractionBitsMax(Step step, int operand) {
    return FactorBits.of(step).of(operand);
  }

  @Override
  public List<SecretProduct> products(Step step) {
    return new ConvolvedRecords(geometry).products(step, SecretProduct.InputGradient::new);
  }

  @Override
  public SecretTensor sums(Step step, List<SecretTensor> products) {
    SecretTensor sums = ConvolvedRecords.joined(step.backend(), products);
    return bias.isPresent() ? channels().addTo(sums, step, 2) : sums;
  }
}
