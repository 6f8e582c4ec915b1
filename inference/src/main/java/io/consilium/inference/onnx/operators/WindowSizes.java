package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How a kernel moves over the spatial dimensions of a tensor [n, c, spatial..], with the padding
 * that the node gives or asks for.
 *
 * @param before padding in front of each dimension
 * @param after padding behind
 */
record WindowSizes(
    List<Integer> input,
    List<Integer> kernel,
    List<Integer> stride,
    List<Integer> dilation,
    List<Integer> before,
    List<Integer> after) {

  private static final int SPATIAL_MAX = 3;

  static WindowSizes of(Call call, Shape x, List<Integer> kernel) {
    List<Integer> input = x.dimensions().subList(Math.min(2, x.rank()), x.rank());
    int dimensions = input.size();
    if (dimensions < 1 || dimensions > SPATIAL_MAX || kernel.size() != dimensions) {
      throw call.refusal(
          "a kernel %s over %s; one to three spatial dimensions are supported"
              .formatted(kernel, x));
    }
    List<Integer> stride = call.sizes("strides", dimensions, 1);
    List<Integer> dilation = call.sizes("dilations", dimensions, 1);
    List<Integer> pads = call.sizes("pads", 2 * dimensions, 0);
    List<Integer> before = new ArrayList<>(pads.subList(0, dimensions));
    List<Integer> after = new ArrayList<>(pads.subList(dimensions, 2 * dimensions));
    if (kernel.contains(0) || stride.contains(0) || dilation.contains(0)) {
      throw call.refusal("a kernel, stride or dilation of 0");
    }
    String auto =
        call.attributes().choice("auto_pad", "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID");
    for (int d = 0; d < dimensions && auto.startsWith("SAME"); d++) {
      int size = input.get(d);
      int outputs = Math.ceilDiv(size, stride.get(d));
      long wanted = (long) (outputs - 1) * stride.get(d) + reach(kernel, dilation, d) - size;
      int total = (int) Math.max(wanted, 0);
      before.set(d, auto.equals("SAME_LOWER") ? total - total / 2 : total / 2);
      after.set(d, total - before.get(d));
    }
    if (auto.equals("VALID")) {
      Collections.fill(before, 0);
      Collections.fill(after, 0);
    }
    requireKernel(call, kernel);
    return new WindowSizes(input, kernel, stride, dilation, before, after);
  }

  /** The kernel's shape is that of its weights; where a node says it again, it has to agree. */
  static void requireKernel(Call call, List<Integer> kernel) {
    if (call.attributes().has("kernel_shape")
        && !call.sizes("kernel_shape", kernel.size(), 0).equals(kernel)) {
      throw call.refusal("its 'kernel_shape' is not that of its weights, " + kernel);
    }
  }

  private static long reach(List<Integer> kernel, List<Integer> dilation, int d) {
    return (long) (kernel.get(d) - 1) * dilation.get(d) + 1;
  }

  int dimensions() {
    return input.size();
  }

  /** From the first tap of the kernel to its last. */
  long reach(int d) {
    return reach(kernel, dilation, d);
  }

  /** Places of the window. */
  List<Integer> output(Call call, boolean ceil) {
    List<Integer> output = new ArrayList<>();
    for (int d = 0; d < dimensions(); d++) {
      long rest = (long) input.get(d) + before.get(d) + after.get(d) - reach(d);
      if (rest < 0) {
        throw call.refusal("the kernel " + kernel + " does not fit into the input " + input);
      }
      long count = (ceil ? Math.ceilDiv(rest, stride.get(d)) : rest / stride.get(d)) + 1;
      // A window that would begin in the padding behind is left out.
      boolean beyond = ceil && (count - 1) * stride.get(d) >= input.get(d) + before.get(d);
      output.add((int) (beyond ? count - 1 : count));
    }
    return output;
  }

  boolean isPadded() {
    return before.stream().anyMatch(pad -> pad > 0) || after.stream().anyMatch(pad -> pad > 0);
  }

  boolean isSymmetric() {
    return before.equals(after);
  }

  /** The shape of one plane. */
  Shape plane() {
    return new Shape(input);
  }

  /** The part of the window that lies along one axis, over a tensor of another size. */
  WindowSizes along(int axis, Shape x) {
    List<Integer> one = Dims.ones(dimensions());
    List<Integer> none = Collections.nCopies(dimensions(), 0);
    return new WindowSizes(
        x.dimensions().subList(2, x.rank()),
        changed(one, axis, kernel),
        changed(one, axis, stride),
        changed(one, axis, dilation),
        changed(none, axis, before),
        changed(none, axis, after));
  }

  private static List<Integer> changed(List<Integer> all, int axis, List<Integer> sizes) {
    List<Integer> changed = new ArrayList<>(all);
    changed.set(axis, sizes.get(axis));
    return changed;
  }

  /** Whether the window covers one element, and every element. */
  boolean isStill() {
    return taps() == 1 && stride.stream().allMatch(s -> s == 1) && !isPadded();
  }

  int taps() {
    return Dims.volume(new Shape(kernel), 0, kernel.size());
  }
}
