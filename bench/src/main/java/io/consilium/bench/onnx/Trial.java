package io.consilium.bench.onnx;

import io.consilium.inference.onnx.CalibratedModel;
import io.consilium.inference.onnx.InputDescription;
import io.consilium.inference.onnx.ModelLimits;
import io.consilium.inference.onnx.OnnxFile;
import io.consilium.inference.onnx.OnnxImport;
import io.consilium.inference.onnx.OutputRange;
import io.consilium.inference.onnx.SampleFolder;
import io.consilium.inference.onnx.SampleFolder.DataSet;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.protocols.Shape;
import java.util.List;
import java.util.Optional;

/**
 * One test of a folder: the model is imported, its scales are chosen by the samples, and every data
 * set runs on shares. An operator test is calibrated with its own inputs, of which there is often
 * one only; a network with those of the first half of its data sets.
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
    if (test.isLight()) {
      return new LightTrial(test, trio).problem();
    }
    try {
      OnnxFile.Model model = OnnxFile.readModel(test.model(), ModelLimits.DEFAULT);
      List<DataSet> sets = SampleFolder.read(test.directory());
      for (List<DataSet> alike : groups(model, sets)) {
        Optional<String> problem = problem(model, alike);
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
  private static List<List<DataSet>> groups(OnnxFile.Model model, List<DataSet> sets) {
    boolean anyPublic =
        OnnxImport.inputs(model, ModelLimits.DEFAULT).stream().anyMatch(InputDescription::isPublic);
    boolean alike = !anyPublic && sets.stream().map(Trial::shapes).distinct().count() == 1;
    return alike ? List.of(sets) : sets.stream().map(List::of).toList();
  }

  private static List<Shape> shapes(DataSet set) {
    return set.inputs().stream().map(Tensor::shape).toList();
  }

  private Optional<String> problem(OnnxFile.Model model, List<DataSet> sets)
      throws InterruptedException {
    int calibrating = test.isModel() ? Math.ceilDiv(sets.size(), 2) : sets.size();
    CalibratedModel calibrated = CalibratedModel.of(model, sets, calibrating);
    Optional<String> inTheClear =
        compared(
            "in the clear",
            calibrated,
            calibrated.calibration().outputs(),
            sets.subList(0, calibrating));
    if (inTheClear.isPresent()) {
      return inTheClear;
    }
    return compared("on shares", calibrated, new SecretTrial(calibrated, trio).outputs(), sets);
  }

  private Tolerance tolerance(CalibratedModel model, List<DataSet> sets, int output) {
    if (!test.isModel()) {
      return Tolerance.OfElements.DEFAULT;
    }
    List<double[]> expected =
        sets.stream().map(set -> set.outputs().get(output).elements()).toList();
    return Tolerance.OfNetwork.of(
        OutputRange.of(model.program().outputs().get(output).value(), expected));
  }

  private Optional<String> compared(
      String how, CalibratedModel model, List<List<double[]>> outputs, List<DataSet> sets) {
    for (int s = 0; s < sets.size(); s++) {
      List<Tensor> expected = sets.get(s).outputs();
      for (int i = 0; i < expected.size(); i++) {
        String where = "%s, data set %d, output %d: ".formatted(how, s, i);
        double[] actual = outputs.get(s).get(i);
        if (actual.length != expected.get(i).elements().length) {
          return Optional.of(
              where + actual.length + " elements for the shape " + expected.get(i).shape());
        }
        Optional<String> problem =
            tolerance(model, sets, i).problem(actual, expected.get(i).elements());
        if (problem.isPresent()) {
          return problem.map(where::concat);
        }
      }
    }
    return Optional.empty();
  }
}
