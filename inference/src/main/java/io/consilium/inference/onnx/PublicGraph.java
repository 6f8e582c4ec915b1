package io.consilium.inference.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import io.consilium.inference.onnx.graph.Graphs;
import io.consilium.inference.onnx.graph.Nodes;
import io.consilium.inference.onnx.graph.WeightRule;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.proto.AttributeProto;
import io.consilium.inference.onnx.proto.GraphProto;
import io.consilium.inference.onnx.proto.ModelProto;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.inference.onnx.proto.TensorProto;
import io.consilium.protocols.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * What everybody may know of a model's file, in normal form: all of it but the elements of weights.
 * The owner makes one and keeps the elements; a party reads one, of which it believes nothing, and
 * which may point to no file.
 *
 * @param proto without unknown fields; initialisers that are secret have a name, a type and a shape
 */
record PublicGraph(ModelProto proto) {
  /** Bytes of a graph, unpacked: a graph without weights is far smaller. */
  private static final int BYTES_MAX = 16 << 20;

  /** Placeholders that are integers are 1, 2, .. up to this. */
  private static final int INTEGERS = 7;

  private static final double GOLDEN = 0x9e3779b97f4a7c15L * 0x1p-64 + 1;

  // ---- the owner -------------------------------------------------------------------------------

  /**
   * Takes the secret elements out of a file.
   *
   * @param file in {@link io.consilium.inference.onnx.graph.NormalForm}
   * @param published names of initialisers that decide what is computed
   */
  static PublicGraph of(OnnxFile.Model file, Set<String> published, ModelLimits limits) {
    Set<String> weights = WeightRule.weights(file.proto().getGraph());
    TensorReader reader = new TensorReader(file.directory(), limits);
    GraphProto.Builder graph = file.proto().getGraph().toBuilder().clearInitializer();
    for (TensorProto tensor : file.proto().getGraph().getInitializerList()) {
      boolean secret = weights.contains(tensor.getName()) && !published.contains(tensor.getName());
      graph.addInitializer(secret ? outline(tensor) : inline(tensor, reader));
    }
    return new PublicGraph(known(file.proto().toBuilder().setGraph(graph).build().toByteArray()));
  }

  private static TensorProto outline(TensorProto tensor) {
    return TensorProto.newBuilder()
        .setName(tensor.getName())
        .setDataType(tensor.getDataType())
        .addAllDims(tensor.getDimsList())
        .build();
  }

  private static TensorProto inline(TensorProto tensor, TensorReader reader) {
    return isExternal(tensor)
        ? outline(tensor).toBuilder()
            .setRawData(reader.raw(tensor, "initialiser '" + tensor.getName() + "'"))
            .build()
        : tensor;
  }

  private static boolean isExternal(TensorProto tensor) {
    return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL
        || tensor.getExternalDataCount() > 0;
  }

  /** Descriptions, dates and names of tools are in fields that nobody reads here. */
  private static ModelProto known(byte[] bytes) {
    try {
      CodedInputStream input = CodedInputStream.newInstance(bytes);
      int _ = input.setRecursionLimit(ModelLimits.DEFAULT.nestingMax());
      return DiscardUnknownFieldsParser.wrap(ModelProto.parser()).parseFrom(input);
    } catch (InvalidProtocolBufferException e) {
      throw new ModelRefused("the graph is damaged: " + e.getMessage(), e);
    }
  }

  /** Packed, to be sent and stored. */
  byte[] packed() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(proto.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  // ---- everybody -------------------------------------------------------------------------------

  /**
   * Reads a graph of somebody else.
   *
   * @throws ModelRefused if it is damaged, too large, or points to files
   */
  static PublicGraph unpack(byte[] packed) {
    try (GZIPInputStream zip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      byte[] bytes = zip.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw new ModelRefused("the graph is larger than " + BYTES_MAX + " bytes");
      }
      PublicGraph graph = new PublicGraph(known(bytes));
      graph.requireSelfContained();
      return graph;
    } catch (IOException e) {
      throw new ModelRefused("the graph is damaged: " + e.getMessage(), e);
    }
  }

  private void requireSelfContained() {
    proto.getGraph().getInitializerList().forEach(PublicGraph::requireNoFile);
    requireDense(proto.getGraph().getSparseInitializerCount() > 0);
    Graphs.forEachNode(
        proto.getGraph(),
        node -> {
          for (AttributeProto attribute : node.getAttributeList()) {
            requireDense(attribute.hasSparseTensor());
            if (attribute.hasT()) {
              requireNoFile(attribute.getT());
            }
          }
          for (GraphProto inner : Graphs.nested(node)) {
            requireDense(inner.getSparseInitializerCount() > 0);
            inner.getInitializerList().forEach(PublicGraph::requireNoFile);
          }
        });
  }

  /** Its owner writes them out, and few bytes of one would take much memory. */
  private static void requireDense(boolean isSparse) {
    if (isSparse) {
      throw new ModelRefused("the graph of somebody else has a sparse tensor");
    }
  }

  private static void requireNoFile(TensorProto tensor) {
    if (isExternal(tensor)) {
      throw new ModelRefused(
          "the tensor '" + tensor.getName() + "' lies in another file; put it into the model");
    }
  }

  /** The file that lacks its secret elements; it has no folder. */
  OnnxFile.Model model() {
    return new OnnxFile.Model(proto, Path.of("no folder belongs to a graph").toAbsolutePath());
  }

  /** Types and shapes of the initialisers whose elements are secret, by name, in their order. */
  Map<String, TensorProto> secrets() {
    Set<String> weights = WeightRule.weights(proto.getGraph());
    Map<String, TensorProto> secrets = new LinkedHashMap<>();
    for (TensorProto tensor : proto.getGraph().getInitializerList()) {
      if (weights.contains(tensor.getName()) && tensor.equals(outline(tensor))) {
        secrets.put(tensor.getName(), tensor);
      }
    }
    return secrets;
  }

  static Shape shape(TensorProto tensor) {
    return Shapes.of(
        tensor.getDimsList(), ModelLimits.DEFAULT, "initialiser '" + tensor.getName() + "'");
  }

  static ElementType type(TensorProto tensor) {
    return ElementType.numbered(tensor.getDataType()).orElseThrow();
  }

  /**
   * Numbers in place of the secret ones: the program does not depend on them. They are positive and
   * differ, so that constants can be divided by them and by their differences.
   */
  Map<String, Tensor> placeholders() {
    Map<String, Tensor> placeholders = new LinkedHashMap<>();
    long elements = 0;
    for (TensorProto tensor : secrets().values()) {
      Shape shape = shape(tensor);
      elements += shape.size();
      if (elements * Double.BYTES > Runtime.getRuntime().maxMemory() / 4) {
        throw new ModelRefused("the network has more weights than this node's memory can take");
      }
      double[] numbers = new double[shape.size()];
      for (int i = 0; i < numbers.length; i++) {
        double number = 1 + (i * GOLDEN) % 1;
        numbers[i] = type(tensor).isReal() ? number : 1 + i % INTEGERS;
      }
      placeholders.put(tensor.getName(), new Tensor(type(tensor), shape, numbers));
    }
    return placeholders;
  }

  // ---- weights that decide what is computed ----------------------------------------------------

  /**
   * The initialisers that published values were made of.
   *
   * @param places where the published values come from, as a program names them
   */
  static Set<String> behind(ModelProto model, Collection<String> places) {
    GraphProto graph = model.getGraph();
    Predicate<String> isPublished = new HashSet<>(places)::contains;
    Set<String> names = new HashSet<>();
    for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
      NodeProto node = graph.getNode(i);
      if (isAt(node, i, isPublished) || node.getOutputList().stream().anyMatch(names::contains)) {
        names.addAll(Graphs.reads(node));
      }
    }
    for (TensorProto tensor : graph.getInitializerList()) {
      if (isPublished.test("initialiser '" + tensor.getName() + "'")) {
        names.add(tensor.getName());
      }
    }
    return names;
  }

  /** Whether a published value comes from a node, or from one in its graphs. */
  private static boolean isAt(NodeProto node, int number, Predicate<String> isPublished) {
    if (isPublished.test(Nodes.name(node, number))) {
      return true;
    }
    boolean[] found = {false};
    for (GraphProto inner : Graphs.nested(node)) {
      Graphs.forEachNode(inner, one -> found[0] |= isPublished.test(Nodes.name(one, 0)));
    }
    return found[0];
  }
}
