package io.consilium.inference.onnx;

import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Tensor;
import java.nio.file.Path;
import java.util.Locale;

/** Tensors in the files that people have: of ONNX (.pb) and of NumPy (.npy). */
public final class TensorFile {
  private static final String ONNX = ".pb";
  private static final String NUMPY = ".npy";

  private TensorFile() {}

  /** Whether its name is that of a tensor's file. */
  static boolean is(Path file) {
    return nameOf(file).endsWith(ONNX) || nameOf(file).endsWith(NUMPY);
  }

  /**
   * Reads a tensor.
   *
   * @throws ModelRefused naming the file, if it is damaged, too large, or neither of the two
   */
  public static Tensor read(Path file) {
    if (nameOf(file).endsWith(NUMPY)) {
      return NpyFile.read(file);
    }
    if (!nameOf(file).endsWith(ONNX)) {
      throw new ModelRefused(file + " is neither a .npy nor a .pb file");
    }
    try {
      return OnnxFile.readTensor(file, ModelLimits.DEFAULT);
    } catch (ModelRefused e) {
      throw new ModelRefused(file + ": " + e.getMessage(), e);
    }
  }

  private static String nameOf(Path file) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
  }
}
