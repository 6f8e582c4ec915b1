package io.consilium.protocols.rep3;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import io.consilium.protocols.rep3.wire.TensorStatement;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a data holder says in public about a tensor that it has shared, and signs. The digests bind
 * it to the shares without revealing them; the tensor id binds them to their place.
 *
 * @param tensorId unique among all inputs of all sessions, so that an input cannot be moved to
 *     another: name the session, the holder and the tensor in it
 * @param fractionBits the fixed-point format of the codes
 * @param digests commitments to seed 0, seed 1 and share 2
 */
public record TensorDescription(
    String tensorId, Shape shape, int fractionBits, List<byte[]> digests) {
  /** Bytes of a description at most; more are not parsed. */
  public static final int BYTES_MAX = 1 << 12;

  private static final int VERSION = 1;
  private static final int RANK_MAX = 8;
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:/-]{1,200}");

  public TensorDescription {
    if (!ID.matcher(tensorId).matches()) {
      throw new IllegalArgumentException("a tensor id is of the form " + ID.pattern());
    }
    if (shape.rank() > RANK_MAX) {
      throw new IllegalArgumentException(
          "tensor " + tensorId + " has more than " + RANK_MAX + " dimensions");
    }
    FixedPoint _ = new FixedPoint(fractionBits);
    if (digests.size() != 3 || digests.stream().anyMatch(d -> d.length != Digests.BYTES)) {
      throw new IllegalArgumentException(
          "tensor " + tensorId + " needs 3 digests of " + Digests.BYTES + " bytes");
    }
    digests = digests.stream().map(byte[]::clone).toList();
  }

  /** The bytes to be signed and sent; equal descriptions have equal bytes. */
  public byte[] canonicalBytes() {
    TensorStatement.Builder statement =
        TensorStatement.newBuilder()
            .setVersion(VERSION)
            .setTensorId(tensorId)
            .addAllDimensions(shape.dimensions())
            .setFractionBits(fractionBits);
    digests.forEach(digest -> statement.addDigests(ByteString.copyFrom(digest)));
    return statement.build().toByteArray();
  }

  /**
   * Reads a description. Check the holder's signature over the same bytes first.
   *
   * @throws InputRefused if they are not the canonical bytes of any description
   */
  public static TensorDescription parse(byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      throw new InputRefused(
          "a tensor description of " + bytes.length + " bytes is longer than " + BYTES_MAX);
    }
    try {
      TensorStatement statement = TensorStatement.parseFrom(bytes);
      TensorDescription description =
          new TensorDescription(
              statement.getTensorId(),
              new Shape(statement.getDimensionsList()),
              statement.getFractionBits(),
              statement.getDigestsList().stream().map(ByteString::toByteArray).toList());
      if (!Arrays.equals(bytes, description.canonicalBytes())) {
        throw new InputRefused(
            "the description of tensor " + description.tensorId() + " is not in canonical form");
      }
      return description;
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new InputRefused("a tensor description cannot be read: " + e.getMessage(), e);
    }
  }

  /** The format of the codes. */
  public FixedPoint format() {
    return new FixedPoint(fractionBits);
  }

  @Override
  public String toString() {
    return "TensorDescription[" + tensorId + " " + shape + "]";
  }
}
