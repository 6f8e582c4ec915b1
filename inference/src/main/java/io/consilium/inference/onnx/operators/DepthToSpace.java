package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.List;

/** DepthToSpace: channels become the pixels of larger images. */
final class DepthToSpace implements Operator {
  @Override
  public List<Value> translate(Call call) {
    ProgramBuilder p = call.program();
    Value x = call.input(0);
    int block = Math.toIntExact(call.attributes().integer("blocksize", 1));
    if (x.shape().rank() != 4 || block < 1 || Dims.dim(x.shape(), 1) % (block * block) != 0) {
      throw call.refusal("blocks of " + block + " in " + x.shape());
    }
    int n = Dims.dim(x.shape(), 0);
    int c = Dims.dim(x.shape(), 1) / block / block;
    int h = Dims.dim(x.shape(), 2);
    int w = Dims.dim(x.shape(), 3);
    boolean channelsFirst = call.attributes().choice("mode", "DCR", "CRD").equals("CRD");
    Shape split =
        channelsFirst ? Dims.shape(n, c, block, block, h, w) : Dims.shape(n, block, block, c, h, w);
    List<Integer> order = channelsFirst ? List.of(0, 1, 4, 2, 5, 3) : List.of(0, 3, 4, 1, 5, 2);
    Value moved = p.transpose(p.reshape(x, split), order);
    return List.of(p.reshape(moved, Dims.shape(n, c, h * block, w * block)));
  }
}
