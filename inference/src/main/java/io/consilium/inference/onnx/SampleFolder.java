package io.consilium.inference.onnx;

import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Data sets as ONNX keeps them: folders {@code test_data_set_0}, {@code test_data_set_1}, .. with a
 * file for each input and each expected output, such as {@code input_0.pb} or {@code input_0.npy}.
 * A folder without such folders holds one file for each data set of one input, of any name.
 */
public final class SampleFolder {
  private static final List<String> ENDINGS = List.of(".pb", ".npy");

  private SampleFolder() {}

  /** Inputs, and the outputs that are expected for them, if there are any. */
  public record DataSet(List<Tensor> inputs, List<Tensor> outputs) {
    public DataSet {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }

  /**
   * All data sets in the order of their numbers, or of the names of their files.
   *
   * @throws ModelRefused if a file is damaged, or the folder holds no data set
   */
  public static List<DataSet> read(Path directory) {
    List<DataSet> sets = new ArrayList<>();
    for (int i = 0; Files.isDirectory(set(directory, i)); i++) {
      sets.add(numbered(set(directory, i)));
    }
    if (sets.isEmpty()) {
      files(directory)
          .forEach(file -> sets.add(new DataSet(List.of(TensorFile.read(file)), List.of())));
    }
    if (sets.isEmpty()) {
      throw new ModelRefused(
          directory
              + " holds no samples: no folder test_data_set_0 and no file that ends in .pb or"
              + " .npy");
    }
    return sets;
  }

  private static Path set(Path directory, int i) {
    return directory.resolve("test_data_set_" + i);
  }

  private static DataSet numbered(Path set) {
    DataSet tensors = new DataSet(tensors(set, "input_"), tensors(set, "output_"));
    if (tensors.inputs().isEmpty() && tensors.outputs().isEmpty()) {
      throw new ModelRefused(set + " holds no input_0.pb and no input_0.npy");
    }
    return tensors;
  }

  private static List<Tensor> tensors(Path set, String prefix) {
    List<Tensor> tensors = new ArrayList<>();
    for (Optional<Path> file = file(set, prefix + 0);
        file.isPresent();
        file = file(set, prefix + tensors.size())) {
      tensors.add(TensorFile.read(file.get()));
    }
    return tensors;
  }

  private static Optional<Path> file(Path set, String name) {
    return ENDINGS.stream()
        .map(ending -> set.resolve(name + ending))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  private static List<Path> files(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(TensorFile::is).sorted().toList();
    } catch (IOException e) {
      throw new ModelRefused("the folder " + directory + " with samples cannot be read", e);
    }
  }
}
