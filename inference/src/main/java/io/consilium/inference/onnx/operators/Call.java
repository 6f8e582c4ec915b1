package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A node as its operator sees it.
 *
 * @param name of the node with its operator, for messages
 * @param opset the version of the operators
 * @param inputs values; empty where an optional input is left out
 * @param outputs how many outputs the graph uses, counted to the last
 * @param isUsedOnce whether a value is read by this node alone and is no output
 */
public record Call(
    String name,
    int opset,
    List<Optional<Value>> inputs,
    int outputs,
    Attributes attributes,
    ProgramBuilder program,
    Predicate<Value> isUsedOnce) {

  /** The same node with other inputs, and one output. */
  Call with(List<Optional<Value>> others) {
    return new Call(name, opset, others, 1, attributes, program, isUsedOnce);
  }

  /** A problem with this node. */
  ModelRefused refusal(String problem) {
    return new ModelRefused(name + ": " + problem);
  }

  boolean has(int i) {
    return i < inputs.size() && inputs.get(i).isPresent();
  }

  Optional<Value> optional(int i) {
    return i < inputs.size() ? inputs.get(i) : Optional.empty();
  }

  Value input(int i) {
    return optional(i).orElseThrow(() -> refusal("input " + i + " is missing"));
  }

  int rank(int i) {
    return input(i).shape().rank();
  }

  /** The elements of an input that the shape of the program depends on. */
  Tensor known(int i) {
    Value value = input(i);
    if (!value.isKnown()) {
      throw refusal(
          "input "
              + i
              + " decides what is computed, so it must be public, but it comes of "
              + value.where()
              + "; make it a constant of the model");
    }
    return program.publish(value);
  }

  List<Long> integers(int i) {
    List<Long> integers = new ArrayList<>();
    for (long integer : known(i).toIntegers()) {
      integers.add(integer);
    }
    return integers;
  }

  /** Integers that were an attribute once and are an input now. */
  Optional<List<Long>> integers(String attribute, int i) {
    return has(i) ? Optional.of(integers(i)) : attributes.integers(attribute);
  }

  /** An axis of so many, counted from the end if negative. */
  int axis(long axis, int rank) {
    long counted = axis < 0 ? axis + rank : axis;
    if (counted < 0 || counted >= rank) {
      throw refusal("there is no axis " + axis + " in " + rank + " dimensions");
    }
    return (int) counted;
  }

  List<Integer> axes(List<Long> axes, int rank) {
    List<Integer> counted = new ArrayList<>();
    for (long axis : axes) {
      int one = axis(axis, rank);
      if (counted.contains(one)) {
        throw refusal("axis " + axis + " is named twice");
      }
      counted.add(one);
    }
    return counted;
  }

  List<Integer> allAxes(int rank) {
    return Dims.without(rank, List.of());
  }

  /** An attribute of the node as sizes that fit. */
  List<Integer> sizes(String attribute, int count, int otherwise) {
    List<Long> given =
        attributes
            .integers(attribute)
            .orElseGet(() -> java.util.Collections.nCopies(count, (long) otherwise));
    if (given.size() != count) {
      throw refusal("'%s' has %d numbers, not %d".formatted(attribute, given.size(), count));
    }
    List<Integer> sizes = new ArrayList<>();
    for (long size : given) {
      if (size < 0 || size > Integer.MAX_VALUE / 4) {
        throw refusal("'%s' holds %d".formatted(attribute, size));
      }
      sizes.add((int) size);
    }
    return sizes;
  }
}
