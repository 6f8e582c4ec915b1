package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.List;

/** SpaceToDepth: the pixels of a block become channels. */
final class SpaceToDepth implements Operator {
  @Override
  public List<Value> translate(Call call) {
    ProgramBuilder p = call.program();
    Shape shape = call.input(0).shape();
    int block = Math.toIntExact(call.attributes().integer("blocksize", 1));
    boolean fits = shape.rank() == 4 && block > 0;
    if (!fits || Dims.dim(shape, 2) % block != 0 || Dims.dim(shape, 3) % block != 0) {
      throw call.refusal("blocks of " + block + " in " + shape);
    }
    int n = Dims.dim(shape, 0);
    int c = Dims.dim(shape, 1);
    int h = Dims.dim(shape, 2) / block;
    int w = Dims.dim(shape, 3) / block;
    Value split = p.reshape(call.input(0), Dims.shape(n, c, h, block, w, block));
    Value moved = p.transpose(split, List.of(0, 3, 5, 1, 2, 4));
    return List.of(p.reshape(moved, Dims.shape(n, block * block * c, h, w)));
  }
}
