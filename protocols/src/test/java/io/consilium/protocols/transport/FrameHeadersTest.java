package io.consilium.protocols.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.consilium.protocols.transport.wire.FrameHeader;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class FrameHeadersTest {
  private static final SessionId SESSION = new SessionId(1, 2);
  private static final Message MESSAGE = new Message(new Step(9, Opcode.OPEN), 3, 13, 77);

  @Test
  void areWhatProtobufWrites() {
    byte[] frame = new FrameHeaders(SESSION).outgoing(MESSAGE, 5);

    FrameHeader expected =
        FrameHeader.newBuilder()
            .setSession(ByteString.copyFrom(SESSION.bytes()))
            .setIncarnation(ByteString.copyFrom(new byte[16]))
            .setSequence(9)
            .setOpcode(Opcode.OPEN.ordinal())
            .setPart(3)
            .setElementBits(13)
            .setElements(77)
            .build();
    assertThat(Arrays.copyOf(frame, FrameHeaders.HEADER_BYTES)).isEqualTo(expected.toByteArray());
    assertThat(FrameHeaders.depth(frame)).isEqualTo(5);
  }

  @Test
  void refuseEveryChangedBit() {
    FrameHeaders headers = new FrameHeaders(SESSION);
    byte[] frame = headers.outgoing(MESSAGE, 5).clone();
    assertThat(headers.matches(MESSAGE, frame)).isTrue();

    for (int bit = 0; bit < FrameHeaders.HEADER_BYTES * Byte.SIZE; bit++) {
      byte[] changed = frame.clone();
      changed[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));

      assertThat(headers.matches(MESSAGE, changed)).as("bit %d", bit).isFalse();
      assertThat(headers.difference(MESSAGE, changed)).isNotEmpty();
    }
  }
}
