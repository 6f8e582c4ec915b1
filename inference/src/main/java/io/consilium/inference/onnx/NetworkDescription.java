package io.consilium.inference.onnx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Interval;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.program.Ranges;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The public part of an imported network, from which every party makes the program for itself: the
 * graph without secret numbers, and the ranges that its owner found with weights and samples.
 *
 * <p>Leaks: everything in it, to everybody; of each tensor of weights the size of its largest
 * element to a power of two.
 *
 * @param graph packed, see {@link PublicGraph}
 * @param shapes of the inputs, by name
 * @param given public inputs, by name
 * @param publicWeights whether the compute parties may know the weights
 * @param inputs range of each secret input
 * @param weights range of each tensor of weights of the program; none if they are public
 * @param computed range of each value that is computed
 * @param plan what the owner will compute, see {@link SharedNetwork#planDigest}; hexadecimal
 * @param weightsDigest of the elements, if they are public; else empty
 */
public record NetworkDescription(
    byte[] graph,
    Map<String, List<Integer>> shapes,
    Map<String, Given> given,
    boolean publicWeights,
    OutputRule output,
    List<Bounds> inputs,
    List<Bounds> weights,
    List<Bounds> computed,
    String plan,
    String weightsDigest) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /** A public input. */
  public record Given(ElementType type, List<Integer> dimensions, List<Double> elements) {
    static Given of(Tensor tensor) {
      List<Double> elements = new ArrayList<>();
      for (double element : tensor.elements()) {
        elements.add(element);
      }
      return new Given(tensor.type(), tensor.shape().dimensions(), elements);
    }

    Tensor tensor() {
      return new Tensor(
          type, new Shape(dimensions), elements.stream().mapToDouble(x -> x).toArray());
    }
  }

  /** The two ends of an interval. */
  public record Bounds(double low, double high) {
    static Bounds of(Interval interval) {
      return new Bounds(interval.low(), interval.high());
    }

    Interval interval() {
      return new Interval(low, high);
    }
  }

  public NetworkDescription {
    shapes = new TreeMap<>(shapes);
    given = new TreeMap<>(given);
    inputs = List.copyOf(inputs);
    weights = List.copyOf(weights);
    computed = List.copyOf(computed);
  }

  /**
   * Describes a model that is calibrated.
   *
   * @throws ModelRefused if its weights decide what is computed in a way that cannot be told
   */
  static NetworkDescription of(
      PublicGraph graph, CalibratedModel model, String plan, String weightsDigest) {
    Program program = model.program();
    Ranges ranges = model.ranges();
    Map<String, List<Integer>> shapes = new TreeMap<>();
    program.inputs().forEach(x -> shapes.put(x.name(), x.value().shape().dimensions()));
    Map<String, Given> given = new TreeMap<>();
    model.options().given().forEach((name, tensor) -> given.put(name, Given.of(tensor)));
    return new NetworkDescription(
        graph.packed(),
        shapes,
        given,
        model.options().publicWeights(),
        model.options().output(),
        bounds(ranges, program.inputs().stream().map(Program.Named::value).toList()),
        bounds(ranges, program.weights()),
        bounds(ranges, program.computed()),
        plan,
        weightsDigest);
  }

  private static List<Bounds> bounds(Ranges ranges, Collection<Value> values) {
    return values.stream().map(value -> Bounds.of(ranges.of(value))).toList();
  }

  /** How the graph is translated, with elements for what it lacks. */
  ImportOptions options(Map<String, Tensor> initialisers) {
    Map<String, Shape> inputShapes = new TreeMap<>();
    shapes.forEach((name, dimensions) -> inputShapes.put(name, new Shape(dimensions)));
    Map<String, Tensor> tensors = new TreeMap<>();
    given.forEach((name, tensor) -> tensors.put(name, tensor.tensor()));
    return new ImportOptions(inputShapes, tensors, publicWeights, initialisers, output);
  }

  Ranges ranges(Program program) {
    return Ranges.announced(program, intervals(inputs), intervals(weights), intervals(computed));
  }

  private static List<Interval> intervals(List<Bounds> bounds) {
    return bounds.stream().map(Bounds::interval).toList();
  }

  /** For manifests and cards. */
  public JsonNode toJson() {
    return JSON.valueToTree(this);
  }

  /**
   * Reads a description of somebody else.
   *
   * @throws ModelRefused if it is none
   */
  public static NetworkDescription parse(JsonNode json) {
    try {
      NetworkDescription description = JSON.treeToValue(json, NetworkDescription.class);
      if (!description.plan.isEmpty()) {
        byte[] _ = HexFormat.of().parseHex(description.plan);
      }
      return description;
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new ModelRefused("the description of the network cannot be read", e);
    }
  }
}
