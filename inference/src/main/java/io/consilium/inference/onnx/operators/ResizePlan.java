package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.protocols.Limits;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Scales, sizes and rules of a resizing, from the forms that its operators have had.
 *
 * @param scales one for each dimension of the input
 * @param outputs sizes of the result
 * @param crops from and to in parts of each dimension, for tf_crop_and_resize
 */
record ResizePlan(
    Shape input,
    double[] scales,
    int[] outputs,
    double[][] crops,
    ResizeAxis.Rules rules,
    double extrapolation) {

  private static final int OPSET_OF_COORDINATES = 11;

  int output(int d) {
    return outputs[d];
  }

  ResizeAxis axis(int d) {
    return ResizeAxis.of(rules, Dims.dim(input, d), outputs[d], scales[d], crops[d]);
  }

  static ResizePlan of(Call call, Shape input) {
    return call.opset() < OPSET_OF_COORDINATES || call.name().startsWith("Upsample")
        ? old(call, input)
        : current(call, input);
  }

  /** Upsample, and Resize of opset 10: scales only, coordinates divided by them. */
  private static ResizePlan old(Call call, Shape input) {
    List<Double> given =
        call.has(1)
            ? reals(call, 1)
            : call.attributes().reals("scales").orElseGet(() -> oldest(call, input));
    if (given.size() != input.rank()) {
      throw call.refusal(given.size() + " scales for " + input.rank() + " dimensions");
    }
    double[] scales = given.stream().mapToDouble(Double::doubleValue).toArray();
    boolean shrinks = java.util.Arrays.stream(scales).anyMatch(scale -> scale < 1);
    String mode = call.attributes().text("mode", "nearest");
    ResizeAxis.Rules rules =
        new ResizeAxis.Rules(
            mode.equals("bilinear") ? "linear" : mode,
            "asymmetric",
            shrinks ? "ceil" : "floor",
            -0.75,
            false,
            false);
    rules.check(call);
    return new ResizePlan(
        input, scales, sizes(call, input, scales), new double[scales.length][2], rules, 0);
  }

  private static List<Double> oldest(Call call, Shape input) {
    List<Double> scales = new ArrayList<>();
    for (int d = 0; d < input.rank() - 2; d++) {
      scales.add(1.0);
    }
    scales.add(call.attributes().real("height_scale", 1));
    scales.add(call.attributes().real("width_scale", 1));
    return scales;
  }

  private static List<Double> reals(Call call, int i) {
    return java.util.Arrays.stream(call.known(i).elements()).boxed().toList();
  }

  private static ResizePlan current(Call call, Shape input) {
    int rank = input.rank();
    List<Integer> axes =
        call.attributes()
            .integers("axes")
            .map(list -> call.axes(list, rank))
            .orElseGet(() -> call.allAxes(rank));
    String policy =
        call.attributes()
            .choice("keep_aspect_ratio_policy", "stretch", "not_larger", "not_smaller");
    double[] scales = new double[rank];
    java.util.Arrays.fill(scales, 1);
    int[] outputs = input.dimensions().stream().mapToInt(Integer::intValue).toArray();
    Optional<List<Double>> given = present(call, 2);
    if (given.isPresent()) {
      requireCount(call, given.get().size(), axes.size());
      for (int i = 0; i < axes.size(); i++) {
        scales[axes.get(i)] = given.get().get(i);
      }
      outputs = sizes(call, input, scales);
    } else {
      bySizes(call, input, axes, policy, scales, outputs);
    }
    ResizeAxis.Rules rules =
        new ResizeAxis.Rules(
            call.attributes().text("mode", "nearest"),
            call.attributes().text("coordinate_transformation_mode", "half_pixel"),
            call.attributes()
                .choice("nearest_mode", "round_prefer_floor", "round_prefer_ceil", "floor", "ceil"),
            call.attributes().real("cubic_coeff_a", -0.75),
            call.attributes().integer("exclude_outside", 0) != 0,
            call.attributes().integer("antialias", 0) != 0);
    rules.check(call);
    return new ResizePlan(
        input,
        scales,
        outputs,
        crops(call, rank, axes),
        rules,
        call.attributes().real("extrapolation_value", 0));
  }

  private static Optional<List<Double>> present(Call call, int i) {
    return call.has(i) && call.input(i).shape().size() > 0
        ? Optional.of(reals(call, i))
        : Optional.empty();
  }

  private static void bySizes(
      Call call, Shape input, List<Integer> axes, String policy, double[] scales, int[] outputs) {
    List<Double> wanted =
        present(call, 3).orElseThrow(() -> call.refusal("neither scales nor sizes"));
    requireCount(call, wanted.size(), axes.size());
    for (int i = 0; i < axes.size(); i++) {
      int d = axes.get(i);
      scales[d] = wanted.get(i) / Dims.dim(input, d);
      outputs[d] = requireSize(call, wanted.get(i));
    }
    if (policy.equals("stretch")) {
      return;
    }
    double scale = scales[axes.getFirst()];
    for (int d : axes) {
      scale = policy.equals("not_larger") ? Math.min(scale, scales[d]) : Math.max(scale, scales[d]);
    }
    for (int d : axes) {
      scales[d] = scale;
      outputs[d] = requireSize(call, Math.floor(scale * Dims.dim(input, d) + 0.5));
    }
  }

  private static void requireCount(Call call, int given, int axes) {
    if (given != axes) {
      throw call.refusal(given + " scales or sizes for " + axes + " axes");
    }
  }

  private static int[] sizes(Call call, Shape input, double[] scales) {
    int[] sizes = new int[scales.length];
    for (int d = 0; d < sizes.length; d++) {
      // Scales are single-precision numbers: 1.2 times 5 is 6.
      sizes[d] = requireSize(call, Math.floor((float) (Dims.dim(input, d) * scales[d])));
    }
    return sizes;
  }

  private static int requireSize(Call call, double size) {
    if (!(size >= 1 && size <= Limits.TENSOR_ELEMENTS_MAX)) {
      throw call.refusal("a size of " + size);
    }
    return (int) size;
  }

  private static double[][] crops(Call call, int rank, List<Integer> axes) {
    double[][] crops = new double[rank][];
    for (int d = 0; d < rank; d++) {
      crops[d] = new double[] {0, 1};
    }
    present(call, 1)
        .ifPresent(roi -> {
          requireCount(call, roi.size(), 2 * axes.size());
          for (int i = 0; i < axes.size(); i++) {
            crops[axes.get(i)] = new double[] {roi.get(i), roi.get(i + axes.size())};
          }
        });
    return crops;
  }
}
