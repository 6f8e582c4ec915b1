package io.consilium.inference.onnx;

import io.consilium.inference.onnx.program.Applied;
import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Functions;
import io.consilium.inference.onnx.program.Gathered;
import io.consilium.inference.onnx.program.IndicesOfLargest;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Reshaped;
import io.consilium.inference.onnx.program.SoftmaxOfRows;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is computed of the outputs of a graph so that an answer tells no more than its owner wants.
 * Classes lie along the second dimension, or the first if there is no other.
 */
record Answering(ProgramBuilder program, OutputRule rule) {
  List<Program.Named> of(List<Program.Named> outputs) {
    if (rule.kind() == OutputRule.Kind.LOGITS) {
      return outputs;
    }
    program.enter("the answer");
    Program.Named first = outputs.getFirst();
    Value given = first.value();
    Value answer =
        switch (rule.kind()) {
          case LOGITS -> given;
          case PROBABILITIES -> probabilities(given);
          case CLASS -> largest(given, 1);
          case TOP_K -> largest(given, rule.count());
        };
    return List.of(new Program.Named(first.name(), answer));
  }

  private static int axis(Value x) {
    return x.shape().rank() >= 2 ? 1 : 0;
  }

  private static int classes(Value x) {
    return x.shape().rank() == 0 ? 1 : Dims.dim(x.shape(), axis(x));
  }

  // ---- probabilities ---------------------------------------------------------------------------

  private Value probabilities(Value x) {
    if (isProbability(x)) {
      return x;
    }
    if (classes(x) == 1) {
      return program.apply(Functions.SIGMOID, x);
    }
    int rank = x.shape().rank();
    List<Integer> order = new ArrayList<>(Dims.without(rank, List.of(axis(x))));
    order.add(axis(x));
    Value last = program.transpose(x, order);
    int columns = classes(x);
    Value rows = program.reshape(last, Shape.matrix(x.shape().size() / columns, columns));
    Value result = program.reshape(program.emit(new SoftmaxOfRows(rows)), last.shape());
    List<Integer> back = new ArrayList<>();
    for (int d = 0; d < rank; d++) {
      back.add(order.indexOf(d));
    }
    return program.transpose(result, back);
  }

  private static boolean isProbability(Value x) {
    return x.origin().isPresent()
        && switch (x.origin().get()) {
          case SoftmaxOfRows _ -> true;
          case Applied applied -> applied.function().equals(Functions.SIGMOID);
          case Reshaped reshaped -> isProbability(reshaped.x());
          case Gathered gathered -> isProbability(gathered.x());
          default -> false;
        };
  }

  // ---- classes ---------------------------------------------------------------------------------

  private Value largest(Value x, int count) {
    Value scores = scores(x).orElse(x);
    int classes = classes(x);
    if (classes == 1) {
      return positive(x, scores, count);
    }
    if (count > classes) {
      throw new ModelRefused(
          "the network tells %d classes apart, so the largest %d cannot be named"
              .formatted(classes, count));
    }
    Value front = program.toFront(program.reshape(scores, x.shape()), List.of(axis(x)));
    int others = x.shape().size() / classes;
    Value columns = program.reshape(front, Shape.matrix(classes, others));
    Value places = program.emit(new IndicesOfLargest(columns, count), ElementType.INT64);
    List<Integer> dimensions = new ArrayList<>();
    Dims.without(x.shape().rank(), List.of(axis(x)))
        .forEach(d -> dimensions.add(Dims.dim(x.shape(), d)));
    dimensions.add(count);
    return program.reshape(program.transpose(places, List.of(1, 0)), new Shape(dimensions));
  }

  /**
   * What a softmax or sigmoid at the end of the graph was computed of. The order of classes is the
   * same before it, and the numbers are further apart.
   */
  private static Optional<Value> scores(Value x) {
    Value end = x;
    while (end.origin().isPresent() && end.origin().get() instanceof Reshaped reshaped) {
      end = reshaped.x();
    }
    if (end.origin().isEmpty()) {
      return Optional.empty();
    }
    return switch (end.origin().get()) {
      case SoftmaxOfRows softmax when softmax.shape().columns() == classes(x) && isInnermost(x) ->
          Optional.of(softmax.x());
      case Applied applied when applied.function().equals(Functions.SIGMOID) ->
          Optional.of(applied.x());
      default -> Optional.empty();
    };
  }

  /** Whether the classes lie side by side, as those of one row of a softmax do. */
  private static boolean isInnermost(Value x) {
    return Dims.volume(x.shape(), Math.min(axis(x) + 1, x.shape().rank()), x.shape().rank()) == 1;
  }

  /** Of one number that was a probability: the second class if it is above one half. */
  private Value positive(Value x, Value scores, int count) {
    if (scores == x || count > 1) {
      throw new ModelRefused(
          "the network gives one number that is no probability, so there are no classes to name");
    }
    return program.reshape(program.less(program.constant(0), scores), x.shape());
  }
}
