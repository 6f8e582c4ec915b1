package io.consilium.inference.onnx;

import io.consilium.inference.onnx.SampleFolder.DataSet;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Interval;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.protocols.Shape;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Networks as their owners import them. */
public final class TestImports {
  private TestImports() {}

  private static Tensor tensor(double[] x, Integer... dimensions) {
    return new Tensor(ElementType.FLOAT, new Shape(List.of(dimensions)), x);
  }

  /** {@link TestNetwork#images}, calibrated. */
  public static SharedNetwork.Owned images(boolean open) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
    double[] x = random.doubles(2 * 8 * 8, -1, 1).toArray();
    DataSet sample = new DataSet(List.of(tensor(x, 1, 2, 8, 8)), List.of());
    OnnxFile.Model file = TestNetwork.images().model();
    return SharedNetwork.own(
        file, CalibratedModel.of(file, List.of(sample), 1, open, OutputRule.LOGITS));
  }

  public static double[] imagesInTheClear(double[] x) {
    return TestNetwork.images().program().evaluate(List.of(x), (_, _) -> {}).getFirst();
  }

  /** The mean of a cube of voxels, in two steps since one over their number is too small. */
  public static SharedNetwork.Owned meanOfVolume(int side) {
    OnnxFile.Model file =
        new TestNetwork()
            .input("x", 1, 1, side, side, side)
            .node(
                "AveragePool",
                "x",
                "p",
                TestNetwork.attribute("kernel_shape", 16, 16, 16),
                TestNetwork.attribute("strides", 16, 16, 16))
            .node("GlobalAveragePool", "p", "a")
            .tensor("one", List.of(1L, 1L), 1)
            .node("Flatten", "a", "b")
            .node("MatMul", "b one", "y")
            .output("y")
            .model();
    return SharedNetwork.own(
        file, CalibratedModel.of(file, new Interval(0, 1), false, OutputRule.LOGITS));
  }

  /** Twice a large input and twice a small one. */
  public static SharedNetwork.Owned twoInputs() {
    OnnxFile.Model file =
        new TestNetwork()
            .input("large", 2)
            .input("small", 2)
            .reals("two", 2)
            .node("Mul", "large two", "p")
            .node("Mul", "small two", "q")
            .output("p")
            .output("q")
            .model();
    DataSet sample =
        new DataSet(
            List.of(tensor(new double[] {1000, -1000}, 2), tensor(new double[] {0.5, 0.5}, 2)),
            List.of());
    return SharedNetwork.own(
        file, CalibratedModel.of(file, List.of(sample), 1, false, OutputRule.LOGITS));
  }
}
