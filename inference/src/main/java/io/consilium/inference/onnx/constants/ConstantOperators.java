package io.consilium.inference.onnx.constants;

import static java.util.Map.entry;

import io.consilium.inference.onnx.constants.ConstantOperator.Evaluation;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The operators that are computed here when all they read is known. Others are, too, if they have
 * instructions: those compute what is known at once.
 */
public final class ConstantOperators {
  private static final Map<String, ConstantOperator> TABLE =
      Map.<String, ConstantOperator>ofEntries(
          row("Acos", Elementwise.unary(Math::acos)),
          row("Acosh", Elementwise.unary(x -> Math.log(x + Math.sqrt(x * x - 1)))),
          row("And", Elementwise.comparison((x, y) -> x != 0 && y != 0 ? 1 : 0)),
          row("Asin", Elementwise.unary(Math::asin)),
          row("Asinh", Elementwise.unary(ConstantOperators::asinh)),
          row("Atan", Elementwise.unary(Math::atan)),
          row("Atanh", Elementwise.unary(x -> (Math.log1p(x) - Math.log1p(-x)) / 2)),
          row("BitShift", Elementwise::shift),
          row("BitwiseAnd", Elementwise.bits((x, y) -> x & y)),
          row("BitwiseNot", Elementwise::not),
          row("BitwiseOr", Elementwise.bits((x, y) -> x | y)),
          row("BitwiseXor", Elementwise.bits((x, y) -> x ^ y)),
          row("BlackmanWindow", SignalWindow.of(0.42, 0.5, 0.08)),
          row("Cast", Casts::cast),
          row("CastLike", Casts::castLike),
          row("Ceil", Elementwise.unary(Math::ceil)),
          deciding("Compress", Places::compress),
          row("Cos", Elementwise.unary(Math::cos)),
          row("Cosh", Elementwise.unary(Math::cosh)),
          row("CumProd", Order::runningProduct),
          row("CumSum", Order::runningSum),
          row("DequantizeLinear", Casts::dequantize),
          row("Equal", Elementwise.comparison((x, y) -> x == y ? 1 : 0)),
          row("Floor", Elementwise.unary(Math::floor)),
          row("GatherElements", Places::gatherElements),
          row("GatherND", Places::gatherNd),
          row("Greater", Elementwise.comparison((x, y) -> x > y ? 1 : 0)),
          row("GreaterOrEqual", Elementwise.comparison((x, y) -> x >= y ? 1 : 0)),
          row("HammingWindow", SignalWindow.of(25.0 / 46, 21.0 / 46)),
          row("HannWindow", SignalWindow.of(0.5, 0.5)),
          row("Hardmax", Order::hardmax),
          row("IsInf", Elementwise::infinite),
          row("IsNaN", Elementwise.truth(x -> Double.isNaN(x) ? 1 : 0)),
          row("Less", Elementwise.comparison((x, y) -> x < y ? 1 : 0)),
          row("LessOrEqual", Elementwise.comparison((x, y) -> x <= y ? 1 : 0)),
          row("Mod", Elementwise::mod),
          deciding("NonZero", Places::nonZero),
          row("Not", Elementwise.truth(x -> x == 0 ? 1 : 0)),
          row("OneHot", Places::oneHot),
          row("Or", Elementwise.comparison((x, y) -> x != 0 || y != 0 ? 1 : 0)),
          row("QuantizeLinear", Casts::quantize),
          row("ReduceLogSum", Reductions.of(Reductions::logSum)),
          row("ReduceLogSumExp", Reductions.of(Reductions::logSumExp)),
          row("ReduceProd", Reductions.of(Reductions::product)),
          row("ReverseSequence", Places::reverseSequence),
          row("Round", Elementwise.unary(Math::rint)),
          row("Scatter", Places::scatterElements),
          row("ScatterElements", Places::scatterElements),
          row("ScatterND", Places::scatterNd),
          row("Shrink", Elementwise::shrink),
          row("Sign", Elementwise.unary(Math::signum)),
          row("Sin", Elementwise.unary(Math::sin)),
          row("Sinh", Elementwise.unary(Math::sinh)),
          row("Tan", Elementwise.unary(Math::tan)),
          row("TopK", Order::topK),
          row("Trilu", Places::triangle),
          deciding("Unique", Places::unique),
          row("Where", Elementwise::where),
          row("Xor", Elementwise.comparison((x, y) -> x != 0 ^ y != 0 ? 1 : 0)));

  private ConstantOperators() {}

  private static Map.Entry<String, ConstantOperator> row(String name, Evaluation evaluation) {
    return entry(name, new ConstantOperator(evaluation, false));
  }

  private static Map.Entry<String, ConstantOperator> deciding(String name, Evaluation evaluation) {
    return entry(name, new ConstantOperator(evaluation, true));
  }

  private static double asinh(double x) {
    return Math.copySign(Math.log(Math.abs(x) + Math.sqrt(x * x + 1)), x);
  }

  /** The operator of a name, if it is here. */
  public static Optional<ConstantOperator> find(String name) {
    return Optional.ofNullable(TABLE.get(name));
  }

  /** The names of all, sorted. */
  public static List<String> names() {
    return TABLE.keySet().stream().sorted().toList();
  }
}
