package io.consilium.bench.onnx;

import io.consilium.bench.onnx.TestFolder.DataSet;
import io.consilium.inference.onnx.ImportOptions;
import io.consilium.inference.onnx.InputDescription;
import io.consilium.inference.onnx.ModelLimits;
import io.consilium.inference.onnx.OnnxFile;
import io.consilium.inference.onnx.OnnxImport;
import io.consilium.inference.onnx.program.Calibration;
import io.consilium.inference.onnx.program.Interval;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.program.Ranges;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One test: the model is imported, its scales are chosen by the samples, and every data set runs on
 * shares. An operator test is calibrated with its own inputs, of which there is often one only; a
 * network with those of the first half of its data sets.
 */
final class Trial {
  private final TestFolder test;
  private final LocalTrio trio;

  Trial(TestFolder test, LocalTrio trio) {
    this.test = test;
    this.trio = trio;
  }

  /** What is wrong, if anything. */
  Optional<String> problem() throws InterruptedException {
    try {
      List<DataSet> sets = test.dataSets();
      if (sets.isEmpty()) {
        return Optional.of("it has no data");
      }
      OnnxFile.Model model = OnnxFile.readModel(test.model(), ModelLimits.DEFAULT);
      List<InputDescription> inputs = OnnxImport.inputs(model, ModelLimits.DEFAULT);
      for (List<DataSet> alike : groups(sets, inputs)) {
        Optional<String> problem = problem(model, inputs, alike);
        if (problem.isPresent()) {
          return problem;
        }
      }
      return Optional.empty();
    } catch (ModelRefused | IllegalArgumentException e) {
      return Optional.of(e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  /** Data sets that one translation serves: all, unless shapes or public inputs differ. */
  private List<List<DataSet>> groups(List<DataSet> sets, List<InputDescription> inputs) {
    boolean anyPublic = inputs.stream().anyMatch(InputDescription::isPublic);
    boolean alike = !anyPublic && sets.stream().map(Trial::shapes).distinct().count() == 1;
    return alike ? List.of(sets) : sets.stream().map(List::of).toList();
  }

  private static List<Shape> shapes(DataSet set) {
    return set.inputs().stream().map(Tensor::shape).toList();
  }

  private Optional<String> problem(
      OnnxFile.Model model, List<InputDescription> inputs, List<DataSet> sets)
      throws InterruptedException {
    Program program =
        OnnxImport.translate(model, options(inputs, sets.getFirst()), ModelLimits.DEFAULT);
    List<List<double[]>> given = new ArrayList<>();
    for (DataSet set : sets) {
      given.add(secretInputs(program, inputs, set));
    }
    List<List<double[]>> samples =
        test.isModel() ? given.subList(0, Math.ceilDiv(given.size(), 2)) : given;
    Calibration calibration = Calibration.of(program, samples);
    Optional<String> inTheClear =
        compared("in the clear", calibration.outputs(), sets.subList(0, samples.size()));
    if (inTheClear.isPresent()) {
      return inTheClear;
    }
    Ranges ranges = Ranges.of(program, inputIntervals(program, given), calibration);
    return compared("on shares", new SecretTrial(program, ranges, trio).outputs(given), sets);
  }

  private static ImportOptions options(List<InputDescription> inputs, DataSet set) {
    Map<String, Shape> shapes = new HashMap<>();
    Map<String, Tensor> given = new HashMap<>();
    for (int i = 0; i < Math.min(inputs.size(), set.inputs().size()); i++) {
      InputDescription input = inputs.get(i);
      shapes.put(input.name(), set.inputs().get(i).shape());
      if (input.isPublic()) {
        given.put(input.name(), set.inputs().get(i));
      }
    }
    return new ImportOptions(shapes, given, false);
  }

  private static List<double[]> secretInputs(
      Program program, List<InputDescription> inputs, DataSet set) {
    Map<String, double[]> byName = new HashMap<>();
    for (int i = 0; i < Math.min(inputs.size(), set.inputs().size()); i++) {
      byName.put(inputs.get(i).name(), set.inputs().get(i).elements());
    }
    return program.inputs().stream().map(input -> byName.get(input.name())).toList();
  }

  private static List<Interval> inputIntervals(Program program, List<List<double[]>> given) {
    List<Interval> intervals = new ArrayList<>();
    for (int i = 0; i < program.inputs().size(); i++) {
      int input = i;
      intervals.add(
          given.stream()
              .map(set -> Interval.of(set.get(input)))
              .reduce(Interval::or)
              .orElseThrow()
              .rounded());
    }
    return intervals;
  }

  private Optional<String> compared(String how, List<List<double[]>> outputs, List<DataSet> sets) {
    Tolerance tolerance =
        test.isModel() ? Tolerance.OfNetwork.DEFAULT : Tolerance.OfElements.DEFAULT;
    for (int s = 0; s < sets.size(); s++) {
      List<Tensor> expected = sets.get(s).outputs();
      for (int i = 0; i < expected.size(); i++) {
        String where = "%s, data set %d, output %d: ".formatted(how, s, i);
        double[] actual = outputs.get(s).get(i);
        if (actual.length != expected.get(i).elements().length) {
          return Optional.of(
              where + actual.length + " elements for the shape " + expected.get(i).shape());
        }
        Optional<String> problem = tolerance.problem(actual, expected.get(i).elements());
        if (problem.isPresent()) {
          return problem.map(where::concat);
        }
      }
    }
    return Optional.empty();
  }
}
