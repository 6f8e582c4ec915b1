package io.consilium.inference.onnx;

import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Data sets as ONNX keeps them: folders {@code test_data_set_0}, {@code test_data_set_1}, .. with a
 * file for each input and each expected output.
 */
public final class SampleFolder {
  private SampleFolder() {}

  /** Inputs, and the outputs that are expected for them, if there are any. */
  public record DataSet(List<Tensor> inputs, List<Tensor> outputs) {
    public DataSet {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }

  /**
   * All data sets in the order of their numbers.
   *
   * @throws ModelRefused if a file is damaged
   */
  public static List<DataSet> read(Path directory) {
    List<DataSet> sets = new ArrayList<>();
    for (int i = 0; Files.isDirectory(set(directory, i)); i++) {
      Path set = set(directory, i);
      sets.add(new DataSet(tensors(set, "input_"), tensors(set, "output_")));
    }
    return sets;
  }

  private static Path set(Path directory, int i) {
    return directory.resolve("test_data_set_" + i);
  }

  private static List<Tensor> tensors(Path set, String prefix) {
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; Files.isRegularFile(set.resolve(prefix + i + ".pb")); i++) {
      Path file = set.resolve(prefix + i + ".pb");
      try {
        tensors.add(OnnxFile.readTensor(file, ModelLimits.DEFAULT));
      } catch (ModelRefused e) {
        throw new ModelRefused(file + ": " + e.getMessage(), e);
      }
    }
    return tensors;
  }
}
