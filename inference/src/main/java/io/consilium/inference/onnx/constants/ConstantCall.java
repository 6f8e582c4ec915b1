package io.consilium.inference.onnx.constants;

import io.consilium.inference.onnx.operators.Attributes;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A node whose inputs are all known.
 *
 * @param name of the node with its operator, for messages
 * @param opset the version of the operators
 * @param inputs empty where an optional input is left out
 * @param outputs how many outputs the graph uses, counted to the last
 * @param room told how many elements are going to be made; refuses if there is no room for them
 */
public record ConstantCall(
    String name,
    int opset,
    List<Optional<Tensor>> inputs,
    int outputs,
    Attributes attributes,
    LongConsumer room) {
  private static final double EXACT_MAX = 0x1p53;

  boolean has(int i) {
    return i < inputs.size() && inputs.get(i).isPresent();
  }

  Tensor input(int i) {
    if (!has(i)) {
      throw new IllegalArgumentException("input " + i + " is missing");
    }
    return inputs.get(i).orElseThrow();
  }

  double[] elements(int i) {
    return input(i).elements();
  }

  Shape shape(int i) {
    return input(i).shape();
  }

  ElementType type(int i) {
    return input(i).type();
  }

  /** The only element of an input. */
  double number(int i) {
    double[] elements = elements(i);
    if (elements.length != 1) {
      throw new IllegalArgumentException("input " + i + " is not one number");
    }
    return elements[0];
  }

  double number(int i, double otherwise) {
    return has(i) ? number(i) : otherwise;
  }

  /** Integers that an operator computes bit by bit; larger ones are not held exactly. */
  long[] exact(int i) {
    if (type(i).isReal() || Arrays.stream(elements(i)).anyMatch(x -> Math.abs(x) > EXACT_MAX)) {
      throw new IllegalArgumentException("input " + i + " has other than integers below 2^53");
    }
    return input(i).toIntegers();
  }

  /** An axis of so many, counted from the end if negative. */
  static int axis(long axis, int rank) {
    long counted = axis < 0 ? axis + rank : axis;
    if (counted < 0 || counted >= rank) {
      throw new IllegalArgumentException("there is no axis " + axis + " in " + rank);
    }
    return (int) counted;
  }

  /** A shape that there is room for. */
  Shape shape(List<Integer> dimensions) {
    Shape shape = new Shape(dimensions);
    room.accept(shape.size());
    return shape;
  }

  /** The first dimensions of one list and all of another. */
  static List<Integer> joined(List<Integer> first, List<Integer> second) {
    List<Integer> joined = new ArrayList<>(first);
    joined.addAll(second);
    return joined;
  }
}
