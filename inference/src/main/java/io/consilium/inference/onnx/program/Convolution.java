package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
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
    implements Instruction {
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
    Taps.of(geometry).forEach((w, from, to) -> z[to] += operands.get(1)[w] * operands.get(0)[from]);
    bias.ifPresent(_ -> addBias(operands.get(2), z));
    return z;
  }

  private void addBias(double[] perFilter, double[] z) {
    int places = places();
    for (int i = 0; i < z.length; i++) {
      z[i] += perFilter[i / places % perFilter.length];
    }
  }

  private int places() {
    return geometry.outputElements() / geometry.batch() / geometry.outputChannels();
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
  public SecretTensor run(Step step) {
    Backend b = step.backend();
    List<SecretTensor> factors = step.factors(0, 1);
    SecretTensor sums =
        b.product(new SecretProduct.Convolution(geometry, factors.get(1), factors.get(0)));
    return step.result(bias.isPresent() ? b.add(sums, everywhere(step, sums)) : sums);
  }

  private SecretTensor everywhere(Step step, SecretTensor sums) {
    Backend b = step.backend();
    int[] filters = new int[sums.size()];
    for (int i = 0; i < filters.length; i++) {
      filters[i] = i / places() % geometry.outputChannels();
    }
    SecretTensor column =
        b.reshape(
            step.operand(2, sums.format().fractionBits()),
            Shape.matrix(geometry.outputChannels(), 1));
    return b.within(
        b.reshape(b.rows(column, filters), sums.shape()),
        Scales.promise(step.interval(2), sums.format()));
  }
}
