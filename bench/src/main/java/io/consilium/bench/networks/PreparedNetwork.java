package io.consilium.bench.networks;

import io.consilium.inference.onnx.CalibratedModel;
import io.consilium.inference.onnx.ImportOptions;
import io.consilium.inference.onnx.ModelLimits;
import io.consilium.inference.onnx.OnnxFile;
import io.consilium.inference.onnx.OnnxImport;
import io.consilium.inference.onnx.SampleFolder.DataSet;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Interval;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.program.Ranges;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A network as three parties need it: its program and the range of every value, which its owner
 * finds with samples; and with it images, and what the network makes of them in floating point.
 */
public record PreparedNetwork(
    Program program, Ranges ranges, List<double[]> images, List<double[]> expected) {
  private static final String MODEL = "model.onnx";
  private static final String RANGES = "ranges";
  private static final String IMAGES = "images";
  private static final String EXPECTED = "expected";
  private static final long SEED = 20261126;

  public PreparedNetwork {
    images = List.copyOf(images);
    expected = List.copyOf(expected);
  }

  /**
   * Prepares a network in a folder.
   *
   * @param calibrating images that choose the ranges
   * @param checked other images, whose scores are computed in floating point
   */
  public static void write(
      Architecture architecture, int side, int calibrating, int checked, Path directory)
      throws IOException {
    architecture.write(directory.resolve(MODEL), side, SEED);
    List<Integer> dimensions = new ArrayList<>(List.of(1, architecture.channels()));
    dimensions.addAll(Collections.nCopies(architecture.dimensions(), side));
    Shape shape = new Shape(dimensions);
    List<DataSet> sets =
        IntStream.range(0, calibrating + checked)
            .mapToObj(i -> MadeUpImage.of(architecture, side, SEED + i))
            .map(pixels -> new Tensor(ElementType.FLOAT, shape, pixels))
            .map(image -> new DataSet(List.of(image), List.of()))
            .toList();
    CalibratedModel model = CalibratedModel.of(model(directory), sets, calibrating);
    writeRanges(model.program(), model.ranges(), directory.resolve(RANGES));
    List<double[]> images =
        model.samples().subList(calibrating, sets.size()).stream().map(List::getFirst).toList();
    writeAll(images, directory.resolve(IMAGES));
    List<double[]> scores = new ArrayList<>();
    for (double[] image : images) {
      scores.add(model.program().evaluate(List.of(image), (_, _) -> {}).getFirst());
    }
    writeAll(scores, directory.resolve(EXPECTED));
  }

  private static OnnxFile.Model model(Path directory) {
    return OnnxFile.readModel(directory.resolve(MODEL), ModelLimits.DEFAULT);
  }

  /** Reads what was prepared. Weights stay in their file until somebody asks for them. */
  public static PreparedNetwork read(Path directory) throws IOException {
    Program program =
        OnnxImport.translate(model(directory), ImportOptions.secretWeights(), ModelLimits.DEFAULT);
    return new PreparedNetwork(
        program,
        readRanges(program, directory.resolve(RANGES)),
        readAll(directory.resolve(IMAGES)),
        readAll(directory.resolve(EXPECTED)));
  }

  private static DataOutputStream output(Path file) throws IOException {
    return new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
  }

  private static DataInputStream input(Path file) throws IOException {
    return new DataInputStream(new BufferedInputStream(Files.newInputStream(file)));
  }

  /** Values that have ranges, as {@link Ranges#announced} takes them. */
  private static List<List<Value>> values(Program program) {
    return List.of(
        program.inputs().stream().map(Program.Named::value).toList(),
        program.weights(),
        program.computed());
  }

  private static void writeRanges(Program program, Ranges ranges, Path file) throws IOException {
    try (DataOutputStream out = output(file)) {
      for (List<Value> values : values(program)) {
        for (Value value : values) {
          out.writeDouble(ranges.of(value).low());
          out.writeDouble(ranges.of(value).high());
        }
      }
    }
  }

  private static Ranges readRanges(Program program, Path file) throws IOException {
    try (DataInputStream in = input(file)) {
      List<List<Interval>> intervals = new ArrayList<>();
      for (List<Value> values : values(program)) {
        List<Interval> read = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
          double low = in.readDouble();
          read.add(new Interval(low, in.readDouble()));
        }
        intervals.add(read);
      }
      return Ranges.announced(program, intervals.get(0), intervals.get(1), intervals.get(2));
    }
  }

  private static void writeAll(List<double[]> all, Path file) throws IOException {
    try (DataOutputStream out = output(file)) {
      out.writeInt(all.size());
      for (double[] numbers : all) {
        out.writeInt(numbers.length);
        for (double number : numbers) {
          out.writeDouble(number);
        }
      }
    }
  }

  private static List<double[]> readAll(Path file) throws IOException {
    try (DataInputStream in = input(file)) {
      List<double[]> all = new ArrayList<>();
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        double[] numbers = new double[in.readInt()];
        for (int j = 0; j < numbers.length; j++) {
          numbers[j] = in.readDouble();
        }
        all.add(numbers);
      }
      return all;
    }
  }
}
