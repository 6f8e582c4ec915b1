package io.consilium.protocols.transport;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** The public name of one attempt at one job: 128 bits, never used twice. */
public record SessionId(long high, long low) {
  public static final int BYTES = 16;

  /** A session id of 16 bytes. */
  public static SessionId of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(
          "a session id has " + BYTES + " bytes, not " + bytes.length);
    }
    ByteBuffer fields = ByteBuffer.wrap(bytes);
    return new SessionId(fields.getLong(), fields.getLong());
  }

  static SessionId of(ByteString bytes) {
    return of(bytes.toByteArray());
  }

  public byte[] bytes() {
    return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes());
  }
}
