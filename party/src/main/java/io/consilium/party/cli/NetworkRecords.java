package io.consilium.party.cli;

import io.consilium.datasets.image.ImageFiles;
import io.consilium.datasets.image.Planes;
import io.consilium.datasets.image.UnreadableImageException;
import io.consilium.inference.NetworkCard;
import io.consilium.inference.onnx.TensorFile;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.consilium.protocols.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Questions to imported networks, from files of a client. No message holds a value of a file. */
record NetworkRecords(NetworkCard network) {
  private static final Pattern NUMBER =
      Pattern.compile("\\s*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?\\s*");

  /**
   * A record of one tensor for each input, from files of NumPy (.npy) and of ONNX (.pb); several
   * records follow each other.
   */
  List<List<Tensor>> tensors(List<Path> files) throws UserException {
    int inputs = network.inputs().size();
    if (files.isEmpty() || files.size() % inputs != 0) {
      throw bad(
          "The model takes %d tensors (%s) for a record, and %d files are given."
              .formatted(inputs, names(), files.size()));
    }
    List<List<Tensor>> records = new ArrayList<>();
    for (int from = 0; from < files.size(); from += inputs) {
      List<Tensor> record = new ArrayList<>();
      for (Path file : files.subList(from, from + inputs)) {
        record.add(tensor(file));
      }
      records.add(record);
    }
    return records;
  }

  private static Tensor tensor(Path file) throws UserException {
    try {
      return TensorFile.read(file);
    } catch (ModelRefused e) {
      throw bad(e.getMessage() + ".");
    }
  }

  /** A picture for a network that takes 1 x channels x height x width. */
  List<List<Tensor>> image(Path file) throws UserException {
    NetworkCard.Part part = only("a picture");
    List<Integer> wanted = part.dimensions();
    if (wanted.size() != 4 || wanted.getFirst() != 1) {
      throw bad(
          "The model takes a tensor of %s, which is no picture; give a .npy or .pb file."
              .formatted(part.shape()));
    }
    Planes planes;
    try {
      planes = ImageFiles.planes(file);
    } catch (UnreadableImageException e) {
      throw bad("The picture " + file + " " + e.getMessage() + ".");
    }
    List<Integer> given = List.of(1, planes.channels(), planes.height(), planes.width());
    if (!given.equals(wanted)) {
      throw bad(
          "The picture %s has %d channels of %d x %d pixels (height x width); the model takes %d of"
                  .formatted(
                      file, planes.channels(), planes.height(), planes.width(), wanted.get(1))
              + " %d x %d.".formatted(wanted.get(2), wanted.get(3)));
    }
    int area = planes.height() * planes.width();
    double[] elements = new double[planes.values().length];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = network.pixels().of(planes.values()[i], i / area);
    }
    return List.of(List.of(new Tensor(ElementType.FLOAT, part.shape(), elements)));
  }

  /** Numbers, a record each line; a first line of something else is a header. */
  List<List<Tensor>> csv(Path file) throws UserException, IOException {
    NetworkCard.Part part = only("a CSV file");
    Shape shape = part.shape();
    List<List<Tensor>> records = new ArrayList<>();
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",", -1);
      boolean isHeader = i == 0 && !NUMBER.matcher(cells[0]).matches();
      if (!isHeader && !lines.get(i).isBlank()) {
        records.add(List.of(new Tensor(ElementType.FLOAT, shape, row(cells, part, file, i + 1))));
      }
    }
    if (records.isEmpty()) {
      throw bad(file + " holds no record.");
    }
    return records;
  }

  private static double[] row(String[] cells, NetworkCard.Part part, Path file, int line)
      throws UserException {
    int size = part.shape().size();
    if (cells.length != size) {
      throw bad(
          "%s, line %d has %d numbers; the model takes %d, which are its %s row by row."
              .formatted(file, line, cells.length, size, part.shape()));
    }
    double[] row = new double[size];
    for (int j = 0; j < size; j++) {
      if (!NUMBER.matcher(cells[j]).matches()) {
        throw bad("%s, line %d, column %d is no number.".formatted(file, line, j + 1));
      }
      row[j] = Double.parseDouble(cells[j]);
    }
    return row;
  }

  private NetworkCard.Part only(String what) throws UserException {
    if (network.inputs().size() != 1) {
      throw bad(
          "The model takes %d tensors (%s), so %s is no record; give .npy or .pb files."
              .formatted(network.inputs().size(), names(), what));
    }
    return network.inputs().getFirst();
  }

  private String names() {
    return String.join(", ", network.inputs().stream().map(NetworkCard.Part::name).toList());
  }

  private static UserException bad(String message) {
    return new UserException(ExitCode.BAD_DATA, message);
  }
}
