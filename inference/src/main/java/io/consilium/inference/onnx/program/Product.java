package io.consilium.inference.onnx.program;

import io.consilium.protocols.SecretProduct;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.List;

/**
 * x * y, element by element, of equal shapes. Rounds: 1 and 2 for the truncation; without the first
 * if y is public, and none if it is made of small integers.
 */
public record Product(Value x, Value y) implements ProductInstruction, ElementProduct {
  @Override
  public List<Value> operands() {
    return List.of(x, y);
  }

  @Override
  public Shape shape() {
    return x.shape();
  }

  @Override
  public double[] evaluate(List<double[]> operands) {
    double[] product = operands.get(0).clone();
    double[] other = operands.get(1);
    for (int i = 0; i < product.length; i++) {
      product[i] *= other[i];
    }
    return product;
  }

  @Override
  public Interval range(List<Interval> operands) {
    return x == y ? operands.getFirst().squared() : operands.get(0).times(operands.get(1));
  }

  @Override
  public Bundle bundle() {
    return x.isPublic() || y.isPublic() ? Bundle.Kind.PRODUCTS : Bundle.Kind.ELEMENT_PRODUCTS;
  }

  @Override
  public int fractionBitsMax(Step step, int operand) {
    if (x.isPublic() || y.isPublic()) {
      return Integer.MAX_VALUE;
    }
    FactorBits bits = FactorBits.of(step);
    return operand == 0 ? bits.x() : bits.y();
  }

  /** None: with public factors it is a sum of one product each. */
  @Override
  public List<SecretProduct> products(Step step) {
    return List.of();
  }

  @Override
  public SecretTensor sums(Step step, List<SecretTensor> products) {
    return x.isPublic()
        ? PublicFactors.times(step, step.operand(1), x.known().elements())
        : PublicFactors.times(step, step.operand(0), y.known().elements());
  }

  @Override
  public SecretTensor left(Step step) {
    return step.operand(0);
  }

  @Override
  public SecretTensor right(Step step) {
    return step.operand(1);
  }

  @Override
  public SecretTensor of(Step step, SecretTensor product) {
    return product;
  }
}
