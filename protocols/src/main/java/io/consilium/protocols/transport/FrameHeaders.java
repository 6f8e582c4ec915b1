package io.consilium.protocols.transport;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.consilium.protocols.transport.wire.FrameHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The bytes before a payload: a {@link FrameHeader} and the causal depth of the message (8 bytes,
 * little endian). All fields have a fixed width, so the header of a message that is expected is
 * known to the byte before it arrives.
 */
final class FrameHeaders {
  static final int INCARNATION_BYTES = 16;

  /** Two byte strings of 16, two numbers of 64 bits, three of 32, and a tag before each. */
  static final int HEADER_BYTES = 2 * 18 + 2 * 9 + 3 * 5;

  static final int FRAME_BYTES = HEADER_BYTES + Long.BYTES;

  /** More dependent messages than any session has; it keeps a peer's number from overflowing. */
  private static final long DEPTH_MAX = 1L << 48;

  private final byte[] session;
  private byte[] incarnation = new byte[INCARNATION_BYTES];
  private final byte[] outgoing = new byte[FRAME_BYTES];
  private final byte[] expected = new byte[FRAME_BYTES];

  FrameHeaders(SessionId session) {
    this.session = session.bytes();
  }

  void incarnation(byte[] changed) {
    incarnation = changed.clone();
  }

  /** The bytes before a payload; valid until the next call. */
  byte[] outgoing(Message message, long depth) {
    write(message, outgoing);
    depthOf(outgoing).putLong(HEADER_BYTES, depth);
    return outgoing;
  }

  /** Whether a header is the one of this message. */
  boolean matches(Message message, byte[] frame) {
    write(message, expected);
    return Arrays.equals(expected, 0, HEADER_BYTES, frame, 0, HEADER_BYTES);
  }

  /** The depth in a frame, or -1 if no session can have it. */
  static long depth(byte[] frame) {
    long depth = depthOf(frame).getLong(HEADER_BYTES);
    return depth >= 1 && depth <= DEPTH_MAX ? depth : -1;
  }

  private static ByteBuffer depthOf(byte[] frame) {
    return ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void write(Message message, byte[] into) {
    try {
      CodedOutputStream fields = CodedOutputStream.newInstance(into, 0, HEADER_BYTES);
      fields.writeByteArray(FrameHeader.SESSION_FIELD_NUMBER, session);
      fields.writeByteArray(FrameHeader.INCARNATION_FIELD_NUMBER, incarnation);
      fields.writeFixed64(FrameHeader.SEQUENCE_FIELD_NUMBER, message.step().sequence());
      fields.writeFixed32(FrameHeader.OPCODE_FIELD_NUMBER, message.step().opcode().ordinal());
      fields.writeFixed32(FrameHeader.PART_FIELD_NUMBER, message.part());
      fields.writeFixed32(FrameHeader.ELEMENT_BITS_FIELD_NUMBER, message.elementBits());
      fields.writeFixed64(FrameHeader.ELEMENTS_FIELD_NUMBER, message.elements());
      fields.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new IllegalStateException("a frame header is not of its fixed length", e);
    }
  }

  /** What is wrong with a header that does not match; nothing of a payload. */
  String difference(Message message, byte[] frame) {
    FrameHeader got;
    try {
      got = FrameHeader.parseFrom(Arrays.copyOf(frame, HEADER_BYTES));
    } catch (InvalidProtocolBufferException e) {
      return "its header cannot be read";
    }
    if (!Arrays.equals(session, got.getSession().toByteArray())) {
      return "it belongs to another session";
    }
    if (!Arrays.equals(incarnation, got.getIncarnation().toByteArray())) {
      return "it belongs to another incarnation of the session";
    }
    return "expected "
        + text(message)
        + ", got "
        + text(
            opcodeName(got.getOpcode()) + "#" + got.getSequence(),
            got.getPart(),
            got.getElements(),
            got.getElementBits());
  }

  private static String text(Message message) {
    return text(
        message.step().toString(), message.part(), message.elements(), message.elementBits());
  }

  private static String text(String step, int part, long elements, int elementBits) {
    return step + " part " + part + " of " + elements + " x " + elementBits + " bits";
  }

  private static String opcodeName(int ordinal) {
    Opcode[] all = Opcode.values();
    return ordinal >= 0 && ordinal < all.length ? all[ordinal].toString() : "opcode " + ordinal;
  }
}
