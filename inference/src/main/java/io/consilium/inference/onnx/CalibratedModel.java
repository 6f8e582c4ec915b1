package io.consilium.inference.onnx;

import io.consilium.inference.onnx.SampleFolder.DataSet;
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

/**
 * A translated model whose scales are chosen.
 *
 * @param options as which the model was translated
 * @param samples elements of the secret inputs of every data set
 * @param calibration what some of the samples showed
 */
public record CalibratedModel(
    Program program,
    ImportOptions options,
    Ranges ranges,
    List<List<double[]>> samples,
    Calibration calibration) {
  public CalibratedModel {
    samples = List.copyOf(samples);
  }

  /**
   * Translates a model and calibrates it with data sets of equal shapes.
   *
   * @param calibrating how many of the sets tell the ranges; the ranges of the inputs are those of
   *     all sets
   * @throws ModelRefused if the model or a data set does not fit
   */
  public static CalibratedModel of(OnnxFile.Model model, List<DataSet> sets, int calibrating) {
    return of(model, sets, calibrating, false, OutputRule.LOGITS);
  }

  /**
   * The same for other weights and answers.
   *
   * @param publicWeights whether the parties may know the weights
   */
  public static CalibratedModel of(
      OnnxFile.Model model,
      List<DataSet> sets,
      int calibrating,
      boolean publicWeights,
      OutputRule output) {
    List<InputDescription> inputs = OnnxImport.inputs(model, ModelLimits.DEFAULT);
    ImportOptions options = options(inputs, sets.getFirst()).with(publicWeights, output);
    Program program = OnnxImport.translate(model, options, ModelLimits.DEFAULT);
    List<List<double[]>> samples = new ArrayList<>();
    sets.forEach(set -> samples.add(secretInputs(program, inputs, set)));
    Calibration calibration = Calibration.of(program, samples.subList(0, calibrating));
    List<Interval> intervals = new ArrayList<>();
    for (int i = 0; i < program.inputs().size(); i++) {
      int input = i;
      intervals.add(
          samples.stream()
              .map(sample -> Interval.of(sample.get(input)))
              .reduce(Interval::or)
              .orElseThrow()
              .rounded());
    }
    Ranges ranges = Ranges.of(program, intervals, calibration);
    return new CalibratedModel(program, options, ranges, samples, calibration);
  }

  /** Translates a model without samples: all inputs lie in one interval. */
  public static CalibratedModel of(OnnxFile.Model model, Interval inputs) {
    return of(model, inputs, false, OutputRule.LOGITS);
  }

  /** The same for other weights and answers. */
  public static CalibratedModel of(
      OnnxFile.Model model, Interval inputs, boolean publicWeights, OutputRule output) {
    ImportOptions options = ImportOptions.secretWeights().with(publicWeights, output);
    Program program = OnnxImport.translate(model, options, ModelLimits.DEFAULT);
    List<Interval> intervals = program.inputs().stream().map(_ -> inputs).toList();
    Calibration none = Calibration.none();
    return new CalibratedModel(
        program, options, Ranges.of(program, intervals, none), List.of(), none);
  }

  private static ImportOptions options(List<InputDescription> inputs, DataSet set) {
    if (set.inputs().size() < inputs.size()) {
      throw new ModelRefused(
          "the model has %d inputs, and a data set has %d"
              .formatted(inputs.size(), set.inputs().size()));
    }
    Map<String, Shape> shapes = new HashMap<>();
    Map<String, Tensor> given = new HashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
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
    Map<String, Tensor> byName = new HashMap<>();
    for (int i = 0; i < Math.min(inputs.size(), set.inputs().size()); i++) {
      byName.put(inputs.get(i).name(), set.inputs().get(i));
    }
    List<double[]> elements = new ArrayList<>();
    for (Program.Named input : program.inputs()) {
      Tensor tensor = byName.get(input.name());
      if (tensor == null || !tensor.shape().equals(input.value().shape())) {
        throw new ModelRefused(
            "a data set has no tensor of the shape %s for the input '%s'"
                .formatted(input.value().shape(), input.name()));
      }
      elements.add(tensor.elements());
    }
    return elements;
  }
}
