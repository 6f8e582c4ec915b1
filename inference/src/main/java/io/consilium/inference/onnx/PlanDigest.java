package io.consilium.inference.onnx;

import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.program.Ranges;
import io.consilium.inference.onnx.program.SecretRun;
import io.consilium.inference.onnx.program.Value;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** What a network's parties have to agree on, as SHA-256 in hexadecimal. */
final class PlanDigest {
  private static final int CHUNK_WORDS = 1 << 12;

  private final MessageDigest digest;

  private PlanDigest(String purpose) {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
    with("consilium " + purpose + " 1");
  }

  /** Every instruction in its order, with its shape, format and cost; inputs, weights, outputs. */
  static String of(Program program, Ranges ranges, OnnxPlan plan) {
    PlanDigest self = new PlanDigest("network plan");
    program.inputs().forEach(x -> self.with("input " + x.name()).with(ranges, x.value()));
    program.weights().forEach(x -> self.with("weight").with(ranges, x));
    for (OnnxPlan.Line line : plan.lines()) {
      self.with(line.where())
          .with(line.title())
          .with(line.shape().toString())
          .with("%d %s".formatted(line.fractionBits(), line.cost()));
    }
    program.outputs().forEach(x -> self.with("output " + x.name()).with(ranges, x.value()));
    return self.hex();
  }

  /** Weights that everybody may know. */
  static String ofWeights(List<long[]> tensors) {
    PlanDigest self = new PlanDigest("network weights");
    for (long[] words : tensors) {
      self.with(Integer.toString(words.length));
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK_WORDS * Long.BYTES);
      for (int from = 0; from < words.length; from += CHUNK_WORDS) {
        int count = Math.min(CHUNK_WORDS, words.length - from);
        chunk.clear().asLongBuffer().put(words, from, count);
        self.digest.update(chunk.array(), 0, count * Long.BYTES);
      }
    }
    return self.hex();
  }

  private PlanDigest with(Ranges ranges, Value value) {
    return with(value.shape() + " " + SecretRun.format(ranges, value).fractionBits());
  }

  /** Fields are told apart by their lengths. */
  private PlanDigest with(String field) {
    byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
    return this;
  }

  private String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
