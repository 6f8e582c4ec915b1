package io.consilium.inference.onnx.graph;

import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.proto.AttributeProto;
import io.consilium.inference.onnx.proto.GraphProto;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.inference.onnx.proto.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * The linear operators of classical models (domain ai.onnx.ml), written as standard operators.
 * Their coefficients are attributes in the file and become initialisers, which are secret. A label
 * is looked up without showing which: with comparisons against each place of the table. Operators
 * that are not here stay as they are.
 *
 * <p>Source: onnx/onnx, docs/Operators-ml.md, and its reference implementation.
 */
final class ClassicalModels {
  /** The longest table in which a secret place is looked up. */
  private static final int LABELS_MAX = 1 << 12;

  private final Map<String, TensorProto> initialisers = new HashMap<>();
  private final Set<String> constants = new HashSet<>();
  private final List<NodeProto> nodes = new ArrayList<>();
  private final List<TensorProto> tensors = new ArrayList<>();

  /** Rows of numbers that are positive and sum to one. */
  private final Set<String> distributions = new HashSet<>();

  private ClassicalModels(GraphProto graph) {
    graph.getInitializerList().forEach(tensor -> initialisers.put(tensor.getName(), tensor));
    constants.addAll(initialisers.keySet());
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("Constant")) {
        constants.addAll(node.getOutputList());
      }
    }
  }

  static GraphProto of(GraphProto graph) {
    ClassicalModels models = new ClassicalModels(graph);
    for (NodeProto node : graph.getNodeList()) {
      if (!node.getDomain().equals(Nodes.CLASSICAL) || !models.write(new ClassicalNode(node))) {
        models.nodes.add(node);
      }
    }
    return graph.toBuilder()
        .clearNode()
        .addAllNode(models.nodes)
        .addAllInitializer(models.tensors)
        .build();
  }

  /** Whether a node could be written in standard operators. */
  private boolean write(ClassicalNode node) {
    String made = String.join(" ", node.proto().getOutputList());
    NodeList list = new NodeList(made + "#", nodes, tensors);
    boolean written =
        switch (node.proto().getOpType()) {
          case "Scaler" -> scaler(node, list);
          case "LinearRegressor" -> regressor(node, list);
          case "LinearClassifier" -> classifier(node, list);
          case "Normalizer" -> normalizer(node, list);
          case "ZipMap" -> zipMap(node, list);
          case "ArrayFeatureExtractor" -> extractor(node, list);
          case "Binarizer" -> binarizer(node, list);
          case "Imputer" -> imputer(node, list);
          case "FeatureVectorizer" -> vectorizer(node, list);
          case "OneHotEncoder" -> encoder(node, list);
          default -> false;
        };
    if (written) {
      node.requireAllAsked();
    }
    return written;
  }

  private static String output(ClassicalNode node) {
    return node.output(0).orElseThrow(() -> node.refusal("it makes nothing"));
  }

  private static String real(ClassicalNode node, NodeList list) {
    return list.cast(node.input(0), NodeList.FLOAT);
  }

  // ---- preparation of features -----------------------------------------------------------------

  private static boolean scaler(ClassicalNode node, NodeList list) {
    String x = real(node, list);
    List<Float> offset = node.reals("offset");
    List<Float> scale = node.reals("scale");
    if (!offset.isEmpty()) {
      x = list.node("Sub", List.of(x, list.reals(offset, offset.size())));
    }
    if (!scale.isEmpty()) {
      x = list.node("Mul", List.of(x, list.reals(scale, scale.size())));
    }
    list.put("Identity", List.of(x), output(node));
    return true;
  }

  private boolean normalizer(ClassicalNode node, NodeList list) {
    String norm = node.choice("norm", "MAX", "MAX", "L1", "L2");
    if (norm.equals("L1") && distributions.contains(node.input(0))) {
      list.put("Identity", List.of(node.input(0)), output(node));
      return true;
    }
    String x = real(node, list);
    String size =
        switch (norm) {
          case "L1" ->
              list.node(
                  "ReduceSum",
                  List.of(list.node("Abs", List.of(x)), list.integers(List.of(-1L), 1)));
          case "L2" -> list.node("ReduceL2", List.of(x), NodeList.integers("axes", -1));
          default ->
              list.node(
                  "ReduceMax",
                  List.of(list.node("Abs", List.of(x))),
                  NodeList.integers("axes", -1));
        };
    list.put("Div", List.of(x, size), output(node));
    return true;
  }

  private static boolean binarizer(ClassicalNode node, NodeList list) {
    String threshold = list.reals(List.of(node.real("threshold", 0)), 1);
    String above = list.node("Less", List.of(threshold, real(node, list)));
    list.put("Cast", List.of(above), output(node), NodeList.integer("to", NodeList.FLOAT));
    return true;
  }

  /** Of a question every number is given, so what stands for a missing one has to be a number. */
  private static boolean imputer(ClassicalNode node, NodeList list) {
    List<Float> values = node.reals("imputed_value_floats");
    float missing = node.real("replaced_value_float", 0);
    if (node.has("imputed_value_int64s") || node.has("replaced_value_int64")) {
      throw node.refusal("missing integers are not supported; convert them to reals before");
    }
    String x = real(node, list);
    if (Float.isNaN(missing)) {
      list.put("Identity", List.of(x), output(node));
      return true;
    }
    String isMissing = list.node("Equal", List.of(x, list.parameter(missing)));
    list.put("Where", List.of(isMissing, list.reals(values, values.size()), x), output(node));
    return true;
  }

  private static boolean vectorizer(ClassicalNode node, NodeList list) {
    List<Long> dimensions = node.integers("inputdimensions");
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      String part = list.cast(node.input(i), NodeList.FLOAT);
      if (i < dimensions.size()) {
        String shape = list.integers(List.of(0L, dimensions.get(i)), 2);
        part = list.node("Reshape", List.of(part, shape));
      }
      parts.add(part);
    }
    list.put("Concat", parts, output(node), NodeList.integer("axis", 1));
    return true;
  }

  private static boolean encoder(ClassicalNode node, NodeList list) {
    List<Long> categories = node.integers("cats_int64s");
    if (categories.isEmpty() || node.integer("zeros", 1) == 0) {
      return false;
    }
    String wanted = list.cast(list.integers(categories, categories.size()), NodeList.FLOAT);
    String last = list.integers(List.of(-1L), 1);
    String x = list.node("Unsqueeze", List.of(real(node, list), last));
    String equal = list.node("Equal", List.of(x, wanted));
    list.put("Cast", List.of(equal), output(node), NodeList.integer("to", NodeList.FLOAT));
    return true;
  }

  // ---- linear models ---------------------------------------------------------------------------

  private static boolean regressor(ClassicalNode node, NodeList list) {
    node.choice("post_transform", "NONE", "NONE");
    int targets = Math.toIntExact(node.integer("targets", 1));
    List<Float> weights = node.reals("coefficients");
    String y = linear(node, list, real(node, list), weights, node.reals("intercepts"), targets);
    list.put("Identity", List.of(y), output(node));
    return true;
  }

  /** x times the rows of coefficients, plus an intercept each. */
  private static String linear(
      ClassicalNode node,
      NodeList list,
      String x,
      List<Float> weights,
      List<Float> intercepts,
      int rows) {
    boolean fits =
        rows > 0
            && !weights.isEmpty()
            && weights.size() % rows == 0
            && (intercepts.isEmpty() || intercepts.size() == rows);
    if (!fits) {
      throw node.refusal(
          "%d coefficients and %d intercepts do not make %d rows"
              .formatted(weights.size(), intercepts.size(), rows));
    }
    List<String> inputs =
        new ArrayList<>(List.of(x, list.reals(weights, rows, weights.size() / rows)));
    if (!intercepts.isEmpty()) {
      inputs.add(list.reals(intercepts, rows));
    }
    return list.node("Gemm", inputs, NodeList.integer("transB", 1));
  }

  private boolean classifier(ClassicalNode node, NodeList list) {
    node.ignore("multi_class");
    String transform = node.choice("post_transform", "NONE", "NONE", "LOGISTIC", "SOFTMAX");
    List<Long> labels = node.integers("classlabels_ints");
    boolean texts = node.hasTexts("classlabels_strings");
    List<Float> weights = node.reals("coefficients");
    List<Float> intercepts = node.reals("intercepts");
    int classes =
        texts
            ? node.proto().getAttributeList().stream()
                .filter(a -> a.getName().equals("classlabels_strings"))
                .findFirst()
                .orElseThrow()
                .getStringsCount()
            : labels.size();
    Optional<Binary> binary = Binary.of(classes, weights, intercepts, transform);
    String x = real(node, list);
    Optional<String> scores = node.output(1);
    String index;
    if (binary.isPresent()) {
      Binary one = binary.get();
      String z = linear(node, list, x, one.weights(), one.intercepts(), 1);
      scores.ifPresent(name -> list.put("Concat", bothOf(list, z), name, last()));
      String above = list.node("Less", List.of(list.parameter(0), z));
      String flat = list.node("Reshape", List.of(above, list.integers(List.of(-1L), 1)));
      index = list.cast(flat, NodeList.INT64);
    } else {
      int rows = intercepts.isEmpty() ? classes : intercepts.size();
      if (rows != classes) {
        throw node.refusal("%d rows of coefficients for %d classes".formatted(rows, classes));
      }
      String z = linear(node, list, x, weights, intercepts, rows);
      scores.ifPresent(name -> transformed(list, transform, z, name));
      index = list.node("ArgMax", List.of(z), last(), NodeList.integer("keepdims", 0));
    }
    if (binary.isPresent() || transform.equals("SOFTMAX")) {
      scores.ifPresent(distributions::add);
    }
    node.output(0).ifPresent(name -> label(node, list, index, texts, labels, name));
    return true;
  }

  private static AttributeProto last() {
    return NodeList.integer("axis", 1);
  }

  /** The probabilities of both classes from the logit of the second. */
  private static List<String> bothOf(NodeList list, String z) {
    String second = list.node("Sigmoid", List.of(z));
    return List.of(list.node("Sub", List.of(list.parameter(1), second)), second);
  }

  private static void transformed(NodeList list, String transform, String z, String name) {
    switch (transform) {
      case "SOFTMAX" -> list.put("Softmax", List.of(z), name, last());
      case "LOGISTIC" -> list.put("Sigmoid", List.of(z), name);
      default -> list.put("Identity", List.of(z), name);
    }
  }

  /** Labels that are texts are left to whoever asked; the node says so if they are needed. */
  private void label(
      ClassicalNode node,
      NodeList list,
      String index,
      boolean texts,
      List<Long> labels,
      String name) {
    if (texts) {
      nodes.add(node.proto().toBuilder().clearAttribute().clearOutput().addOutput(name).build());
      return;
    }
    list.put("Identity", List.of(lookup(list, index, labels)), name);
  }

  /**
   * Two classes by one logit.
   *
   * @param weights of the logit of the second class
   */
  private record Binary(List<Float> weights, List<Float> intercepts) {
    /** If there is one row for two classes, or one row is the other's negation. */
    static Optional<Binary> of(
        int classes, List<Float> weights, List<Float> intercepts, String transform) {
      if (classes != 2 || transform.equals("NONE")) {
        return Optional.empty();
      }
      if (intercepts.size() == 1) {
        return transform.equals("LOGISTIC")
            ? Optional.of(new Binary(weights, intercepts))
            : Optional.empty();
      }
      if (!isNegated(weights) || !isNegated(intercepts)) {
        return Optional.empty();
      }
      // softmax(-z, z) is the logistic function of 2 z.
      float factor = transform.equals("SOFTMAX") ? 2 : 1;
      return Optional.of(
          new Binary(scaled(second(weights), factor), scaled(second(intercepts), factor)));
    }

    private static boolean isNegated(List<Float> both) {
      List<Float> negated = scaled(both.subList(0, both.size() / 2), -1);
      return both.size() % 2 == 0 && negated.equals(scaled(second(both), 1));
    }

    private static List<Float> second(List<Float> both) {
      return both.subList(both.size() / 2, both.size());
    }

    /** Without negative zeros, which equal no positive one in a list. */
    private static List<Float> scaled(List<Float> all, float factor) {
      return all.stream().map(x -> x * factor + 0.0f).toList();
    }
  }

  // ---- outputs ---------------------------------------------------------------------------------

  /** What is called by the names of the classes is the tensor of their numbers here. */
  private static boolean zipMap(ClassicalNode node, NodeList list) {
    node.ignore("classlabels_int64s", "classlabels_strings");
    list.put("Identity", List.of(node.input(0)), output(node));
    return true;
  }

  private boolean extractor(ClassicalNode node, NodeList list) {
    String x = node.input(0);
    TensorProto table = initialisers.get(x);
    boolean vector = table != null && table.getDimsCount() == 1;
    String flat = list.node("Reshape", List.of(node.input(1), list.integers(List.of(-1L), 1)));
    String found;
    if (constants.contains(node.input(1))) {
      found = list.node("Gather", List.of(x, flat), NodeList.integer("axis", -1));
    } else if (vector) {
      found = lookup(list, list.cast(flat, NodeList.INT64), x, table);
    } else {
      throw node.refusal("its indices depend on a secret, and what it takes from is no list");
    }
    if (vector) {
      found = list.node("Reshape", List.of(found, list.integers(List.of(1L, -1L), 2)));
    }
    list.put("Identity", List.of(found), output(node));
    return true;
  }

  /** The number at a secret place of a table. */
  private static String lookup(NodeList list, String index, List<Long> table) {
    Optional<Long> distance = distance(table);
    if (distance.isPresent()) {
      String steps = list.node("Mul", List.of(index, list.integers(List.of(distance.get()), 1)));
      return list.node("Add", List.of(steps, list.integers(table.subList(0, 1), 1)));
    }
    return lookup(list, index, list.integers(table, table.size()), table.size());
  }

  private static String lookup(NodeList list, String index, String name, TensorProto table) {
    List<Long> integers = new ArrayList<>(table.getInt64DataList());
    table.getInt32DataList().forEach(x -> integers.add((long) x));
    if (table.hasRawData() && !WeightRule.isReal(table)) {
      ByteBuffer raw = table.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      boolean wide = table.getDataType() == NodeList.INT64;
      while (raw.remaining() >= (wide ? Long.BYTES : Integer.BYTES)) {
        integers.add(wide ? raw.getLong() : raw.getInt());
      }
    }
    boolean listed =
        integers.size() == table.getDims(0)
            && (table.getDataType() == NodeList.INT64 || table.getDataType() == NodeList.INT32);
    return listed
        ? lookup(list, index, integers)
        : lookup(list, index, name, (int) Math.min(table.getDims(0), Integer.MAX_VALUE));
  }

  /** How far neighbours are apart, if that is the same everywhere. */
  private static Optional<Long> distance(List<Long> table) {
    if (table.size() < 2) {
      return table.isEmpty() ? Optional.empty() : Optional.of(0L);
    }
    long first = table.get(1) - table.get(0);
    for (int i = 2; i < table.size(); i++) {
      if (table.get(i) - table.get(i - 1) != first) {
        return Optional.empty();
      }
    }
    return Optional.of(first);
  }

  /** t[0] plus t[k] - t[k-1] for each k that the index reaches. */
  private static String lookup(NodeList list, String index, String table, int size) {
    if (size < 1 || size > LABELS_MAX) {
      throw new ModelRefused(
          "a table has %d labels; 1 to %d are looked up".formatted(size, LABELS_MAX));
    }
    String first = list.integers(List.of(0L), 1);
    String start = list.node("Gather", List.of(table, first));
    if (size == 1) {
      return list.node("Add", List.of(list.node("Mul", List.of(index, first)), start));
    }
    List<Long> places = LongStream.range(0, size - 1).boxed().toList();
    List<Long> next = LongStream.range(1, size).boxed().toList();
    String before = list.integers(places, size - 1);
    String rise =
        list.node(
            "Sub",
            List.of(
                list.node("Gather", List.of(table, list.integers(next, size - 1))),
                list.node("Gather", List.of(table, before))));
    String last = list.integers(Collections.singletonList(-1L), 1);
    String column = list.node("Unsqueeze", List.of(index, last));
    String reached = list.cast(list.node("Less", List.of(before, column)), NodeList.INT64);
    String sum =
        list.node(
            "ReduceSum",
            List.of(list.node("Mul", List.of(reached, rise)), last),
            NodeList.integer("keepdims", 0));
    return list.node("Add", List.of(sum, start));
  }
}
