package io.consilium.inference.onnx.program;

import io.consilium.protocols.SecretProduct;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ring.ConvolutionGeometry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A convolution with a bias for each filter. Rounds: 1, and 2 for the truncation, which the bias is
 * added before. 24 bytes per element of the result, and the truncation's.
 *
 * @param bias [filters]
 */
public record Convolution(
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
    return new Shape(geometry.outputShape());
  }

  @Override
  public double[] evaluate(List<double[]> operands) {
    double[] z = new double[geometry.outputElements()];
    new RealConvolution(geometry).add(operands.get(0), operands.get(1), z);
    bias.ifPresent(_ -> channels().addTo(z, operands.get(2)));
    return z;
  }

  private ChannelBias channels() {
    int filters = geometry.outputChannels();
    return new ChannelBias(filters, geometry.outputElements() / geometry.batch() / filters);
  }

  @Override
  public Interval range(List<Interval> operands) {
    int summands = geometry.inputChannels() / geometry.groups() * geometry.kernelVolume();
    Interval zero = new Interval(0, 0);
    List<Interval> factors = List.of(operands.get(0).or(zero), operands.get(1));
    Interval sums = SumsOfProducts.range(factors, summands);
    return bias.isPresent() ? sums.plus(operands.get(2)) : sums;
  }

  @Override
  public int fractionBitsMax(Step step, int operand) {
    return FactorBits.of(step).of(operand);
  }

  @Override
  public List<SecretProduct> products(Step step) {
    return new ConvolvedRecords(geometry).products(step, SecretProduct.Convolution::new);
  }

  @Override
  public SecretTensor sums(Step step, List<SecretTensor> products) {
    SecretTensor sums = ConvolvedRecords.joined(step.backend(), products);
    return bias.isPresent() ? channels().addTo(sums, step, 2) : sums;
  }
}
