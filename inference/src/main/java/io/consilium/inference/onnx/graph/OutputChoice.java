package io.consilium.inference.onnx.graph;

import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.proto.GraphProto;
import io.consilium.inference.onnx.proto.ModelProto;
import io.consilium.inference.onnx.proto.ValueInfoProto;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Other outputs for a model: some of its own, or values inside of it. */
public final class OutputChoice {
  private OutputChoice() {}

  /**
   * The model with these outputs, in this order.
   *
   * @throws ModelRefused if it has no value of such a name
   */
  public static ModelProto of(ModelProto model, List<String> names) {
    GraphProto graph = model.getGraph();
    Set<String> values = Graphs.made(graph);
    Set<String> chosen = new HashSet<>();
    GraphProto.Builder changed = graph.toBuilder().clearOutput();
    for (String name : names) {
      if (!values.contains(name)) {
        throw new ModelRefused(
            "it has no value '%s'; its outputs are %s".formatted(name, listed(graph)));
      }
      if (!chosen.add(name)) {
        throw new ModelRefused("the output '" + name + "' is chosen twice");
      }
      changed.addOutput(
          graph.getOutputList().stream()
              .filter(output -> output.getName().equals(name))
              .findFirst()
              .orElseGet(() -> ValueInfoProto.newBuilder().setName(name).build()));
    }
    return model.toBuilder().setGraph(changed).build();
  }

  private static String listed(GraphProto graph) {
    return graph.getOutputList().stream()
        .map(output -> "'" + output.getName() + "'")
        .collect(Collectors.joining(", "));
  }
}
