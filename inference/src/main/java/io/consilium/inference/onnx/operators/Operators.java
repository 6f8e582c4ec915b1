package io.consilium.inference.onnx.operators;

import static java.util.Map.entry;

import io.consilium.inference.onnx.graph.Nodes;
import io.consilium.inference.onnx.program.Functions;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Rounded;
import io.consilium.inference.onnx.program.Value;
import io.consilium.inference.onnx.proto.NodeProto;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The table of operators. */
public final class Operators {
  /**
   * A row.
   *
   * @param operator what it means
   * @param publicInputs which of its inputs decide what is computed, and must be public
   */
  public record Row(Operator operator, Set<Integer> publicInputs) {}

  private static final Map<String, Row> TABLE =
      Map.<String, Row>ofEntries(
          row("Abs", new Unary((p, x) -> p.subtract(p.multiply(p.rectify(x), 2), x))),
          row("Add", Fusion::add),
          row("And", new Logic(ProgramBuilder::multiply)),
          row("ArgMax", new ArgMax(false)),
          row("ArgMin", new ArgMax(true)),
          row("AveragePool", new AveragePool()),
          row("BatchNormalization", new BatchNormalization()),
          row("Cast", new Cast(false)),
          row("CastLike", new Cast(true)),
          row(
              "Ceil",
              new Unary((p, x) -> p.negate(p.emit(new Rounded(Rounded.Mode.DOWN, p.negate(x)))))),
          row("Celu", new Elu("Celu", 1, 1, true)),
          row("Clip", new Clip()),
          row("Concat", new Concat()),
          row("Constant", new Constant()),
          row("ConstantOfShape", new ConstantOfShape(), 0),
          row("Conv", new Conv()),
          row("ConvTranspose", new ConvTranspose()),
          row("CumSum", new CumSum(), 1),
          row("DepthToSpace", new DepthToSpace()),
          row("Div", new Arithmetic(ProgramBuilder::divide)),
          row("Dropout", new Dropout(), 1, 2),
          row("DequantizeLinear", new DequantizeLinear(), 2),
          row("Einsum", new Einsum()),
          row("Elu", new Elu("Elu", 1, 1, false)),
          row("Equal", new Equal()),
          row("Erf", new Unary((p, x) -> p.apply(Functions.ERF, x))),
          row("Exp", new Unary((p, x) -> p.apply(Functions.EXP, x))),
          row("Expand", new Expand(), 1),
          row("EyeLike", new EyeLike()),
          row("Flatten", new Flatten()),
          row("Floor", new Unary((p, x) -> p.emit(new Rounded(Rounded.Mode.DOWN, x)))),
          row("GRU", new Recurrent(Cells.GRU)),
          row("Gather", new GatherOperator(), 1),
          row("GatherElements", new GatherPlaces("GatherElements"), 1),
          row("GatherND", new GatherPlaces("GatherND"), 1),
          row("Gelu", new Gelu()),
          row("Gemm", new Gemm()),
          row("GlobalAveragePool", new GlobalPool(true)),
          row("GlobalMaxPool", new GlobalPool(false)),
          row("Greater", new Comparison(true, false)),
          row("GreaterOrEqual", new Comparison(false, true)),
          row("GroupNormalization", new GroupNormalization()),
          row("HardSigmoid", new HardSigmoid()),
          row("HardSwish", new Unary((p, x) -> p.apply(Functions.HARD_SWISH, x))),
          row("Identity", new Unary((_, x) -> x)),
          row("InstanceNormalization", new InstanceNormalization()),
          row("LRN", new LocalResponseNormalization()),
          row("LSTM", new Recurrent(Cells.LSTM)),
          row("LayerNormalization", new LayerNormalization()),
          row("LeakyRelu", new LeakyRelu()),
          row("Less", new Comparison(false, false)),
          row("LessOrEqual", new Comparison(true, true)),
          row("Log", new Unary((p, x) -> p.apply(Functions.LOG, x))),
          row("LogSoftmax", new Softmax(true)),
          row("ConvInteger", new IntegerProduct(new Conv()), 2, 3),
          row("IsInf", new NeverOnShares()),
          row("IsNaN", new NeverOnShares()),
          row("MatMul", new MatMul()),
          row("MatMulInteger", new IntegerProduct(new MatMul()), 2, 3),
          row("Max", new Variadic(ProgramBuilder::maximum, false)),
          row("MaxPool", new MaxPool()),
          row("Mean", new Variadic(ProgramBuilder::add, true)),
          row("Min", new Variadic(ProgramBuilder::minimum, false)),
          row("Mish", new Unary((p, x) -> p.apply(Functions.MISH, x))),
          row("Mod", new ConstantsOnly(), 0, 1),
          row("Mul", new Arithmetic(ProgramBuilder::multiply)),
          row("Neg", new Unary(ProgramBuilder::negate)),
          row("Not", new Unary(ProgramBuilder::not)),
          row("Or", new Logic(Operators::or)),
          row("PRelu", new LeakyRelu()),
          row("Pad", new Pad(), 1, 3),
          row("Pow", new Pow()),
          row(
              "QLinearConv",
              new QuantisedProduct(new Conv(), QuantisedProduct.CONVOLUTION),
              2,
              5,
              7),
          row(
              "QLinearMatMul",
              new QuantisedProduct(new MatMul(), QuantisedProduct.MATRICES),
              2,
              5,
              7),
          row("QuantizeLinear", new QuantizeLinear(), 2),
          row("Range", new RangeOperator(), 0, 1, 2),
          row("Reciprocal", new Unary((p, x) -> p.divide(p.constant(1), x))),
          row("RMSNormalization", new RmsNormalization()),
          row("RNN", new Recurrent(Cells.RNN)),
          row("ReduceL1", new Reduce(Operators::sumOfMagnitudes), 1),
          row("ReduceL2", new Reduce((p, x, a) -> p.apply(Functions.SQRT, squares(p, x, a))), 1),
          row("ReduceMax", new Reduce(Reductions::largest), 1),
          row("ReduceMean", new Reduce((p, x, axes) -> p.sumOver(x, axes, true)), 1),
          row("ReduceMin", new Reduce(Operators::smallest), 1),
          row("ReduceSum", new Reduce((p, x, axes) -> p.sumOver(x, axes, false)), 1),
          row("ReduceSumSquare", new Reduce(Operators::squares), 1),
          row("Relu", new Unary(ProgramBuilder::rectify)),
          row("Reshape", new Reshape(), 1),
          row("Resize", new Resize(), 1, 2, 3),
          row("Round", new Unary((p, x) -> p.emit(new Rounded(Rounded.Mode.HALF_TO_EVEN, x)))),
          row("Selu", new Elu("Selu", 1.6732632423543772, 1.0507009873554805, false)),
          row("Shape", new ShapeOf()),
          row("Sigmoid", new Unary((p, x) -> p.apply(Functions.SIGMOID, x))),
          row("Sign", new Unary(Operators::sign)),
          row("Size", new SizeOf()),
          row("Slice", new Slice(), 1, 2, 3, 4),
          row("Softmax", new Softmax(false)),
          row("Softplus", new Unary((p, x) -> p.apply(Functions.SOFTPLUS, x))),
          row("Softsign", new Unary(Operators::softsign)),
          row("SpaceToDepth", new SpaceToDepth()),
          row("Split", new Split(), 1),
          row("Sqrt", new Unary((p, x) -> p.apply(Functions.SQRT, x))),
          row("Squeeze", new Squeeze(), 1),
          row("Sub", new Arithmetic(ProgramBuilder::subtract)),
          row("Sum", new Variadic(ProgramBuilder::add, false)),
          row("Swish", Operators::swish),
          row("Tanh", new Unary((p, x) -> p.apply(Functions.TANH, x))),
          row("ThresholdedRelu", Operators::thresholdedRelu),
          row("Tile", new Tile(), 1),
          row("TopK", new TopK(), 1),
          row("Transpose", new Transpose()),
          row("Trilu", new GatherPlaces("Trilu"), 1),
          row("Unsqueeze", new Unsqueeze(), 1),
          row("Upsample", new Resize(), 1),
          row("Where", new Where()),
          row("Xor", new Logic(Operators::xor)));

  /** What could stand in for operators that are not here. */
  private static final Map<String, String> REPLACEMENTS =
      Map.ofEntries(
          entry("If", "a branch cannot depend on a secret; compute both sides and choose by Where"),
          entry("Loop", "unroll it when exporting; its end may not depend on a secret"),
          entry("Scan", "unroll it when exporting"),
          entry("NonMaxSuppression", "end the network before it and let the client select"),
          entry("NonZero", "its shape depends on a secret; multiply by a mask instead"),
          entry("DynamicQuantizeLinear", "export the network with static quantisation, or without"),
          entry("LpPool", "use AveragePool or MaxPool"),
          entry("Hardmax", "use ArgMax"),
          entry("Attention", "export it as MatMul, Add, Softmax and MatMul"),
          entry("RotaryEmbedding", "export it as Mul, Add and Concat"),
          entry("Sin", "no replacement"),
          entry("Cos", "no replacement"));

  /** The same for operators of other domains. */
  private static final Map<String, String> FOREIGN =
      Map.ofEntries(
          entry("LinearClassifier", "its labels are texts; end the network before them"),
          entry("LabelEncoder", "its labels are texts or have gaps; end the network before it"),
          entry("TreeEnsembleClassifier", "trees are not supported; only linear models are"),
          entry("TreeEnsembleRegressor", "trees are not supported; only linear models are"),
          entry("TreeEnsemble", "trees are not supported; only linear models are"),
          entry("SVMClassifier", "export a linear kernel as MatMul; others are not supported"),
          entry("SVMRegressor", "export a linear kernel as MatMul; others are not supported"),
          entry("OneHotEncoder", "encode texts before asking, and begin the network behind it"));

  private Operators() {}

  private static Map.Entry<String, Row> row(String name, Operator operator, Integer... inputs) {
    return entry(name, new Row(operator, Set.of(inputs)));
  }

  /** The row of an operator. */
  public static Optional<Row> find(String name) {
    return Optional.ofNullable(TABLE.get(name));
  }

  /** The names of all, sorted. */
  public static List<String> names() {
    return TABLE.keySet().stream().sorted().toList();
  }

  /** What could be done about an operator that is not here. */
  public static String replacement(String name) {
    return REPLACEMENTS.getOrDefault(
        name, "express it by the operators that 'consilium import --operators' lists");
  }

  /** What could be done about a node whose operator is not here. */
  public static String replacement(NodeProto node) {
    if (Nodes.isStandard(node.getDomain())) {
      return replacement(node.getOpType());
    }
    return FOREIGN.getOrDefault(node.getOpType(), "export with standard operators");
  }

  private static Value smallest(ProgramBuilder p, Value x, List<Integer> axes) {
    return p.negate(Reductions.largest(p, p.negate(x), axes));
  }

  private static Value squares(ProgramBuilder p, Value x, List<Integer> axes) {
    return p.sumOver(p.multiply(x, x), axes, false);
  }

  private static Value sumOfMagnitudes(ProgramBuilder p, Value x, List<Integer> axes) {
    return p.sumOver(p.subtract(p.multiply(p.rectify(x), 2), x), axes, false);
  }

  private static Value sign(ProgramBuilder p, Value x) {
    Value zero = p.constant(0);
    return p.as(x.type(), p.subtract(p.less(zero, x), p.less(x, zero)));
  }

  private static Value or(ProgramBuilder p, Value x, Value y) {
    return p.subtract(p.add(x, y), p.multiply(x, y));
  }

  private static Value xor(ProgramBuilder p, Value x, Value y) {
    Value both = p.multiply(x, y);
    return p.subtract(p.add(x, y), p.add(both, both));
  }

  private static List<Value> thresholdedRelu(Call call) {
    ProgramBuilder p = call.program();
    Value x = call.input(0);
    Value above = p.less(p.constant(call.attributes().real("alpha", 1)), x);
    return List.of(p.multiply(x, above));
  }

  private static List<Value> swish(Call call) {
    ProgramBuilder p = call.program();
    Value x = call.input(0);
    Value scaled = p.multiply(x, call.attributes().real("alpha", 1));
    return List.of(p.multiply(x, p.apply(Functions.SIGMOID, scaled)));
  }

  private static Value softsign(ProgramBuilder p, Value x) {
    Value magnitude = p.subtract(p.multiply(p.rectify(x), 2), x);
    return p.divide(x, p.add(magnitude, 1));
  }
}
