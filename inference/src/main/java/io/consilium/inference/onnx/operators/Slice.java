package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.Value;
import java.util.List;
import java.util.stream.LongStream;

/** Slice, with bounds as attributes until opset 9 and as public inputs since. */
final class Slice implements Operator {
  @Override
  public List<Value> translate(Call call) {
    List<Long> starts = call.integers("starts", 1).orElseThrow(() -> call.refusal("no starts"));
    List<Long> ends = call.integers("ends", 2).orElseThrow(() -> call.refusal("no ends"));
    int rank = call.rank(0);
    List<Integer> axes =
        call.axes(
            call.integers("axes", 3)
                .orElseGet(() -> LongStream.range(0, starts.size()).boxed().toList()),
            rank);
    List<Long> steps =
        call.integers("steps", 4).orElseGet(() -> java.util.Collections.nCopies(starts.size(), 1L));
    if (ends.size() != starts.size()
        || axes.size() != starts.size()
        || steps.size() != starts.size()) {
      throw call.refusal("starts, ends, axes and steps differ in number");
    }
    Value x = call.input(0);
    for (int i = 0; i < axes.size(); i++) {
      x = one(call, x, axes.get(i), starts.get(i), ends.get(i), steps.get(i));
    }
    return List.of(x);
  }

  private static Value one(Call call, Value x, int axis, long start, long end, long step) {
    int length = Dims.dim(x.shape(), axis);
    if (step == 0) {
      throw call.refusal("a step of 0");
    }
    long low = step > 0 ? 0 : -1;
    long high = step > 0 ? length : length - 1;
    long first = Math.clamp(start < 0 ? start + length : start, step > 0 ? 0 : -1, high);
    long last = Math.clamp(end < 0 ? end + length : end, low, high);
    long count = Math.max(0, Math.ceilDiv(last - first, step));
    int stride = (int) Math.clamp(step, -length - 1L, length + 1L);
    return Slices.along(call.program(), x, axis, (int) first, stride, (int) count);
  }
}
