package io.consilium.datasets.image;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * The frame of a PNG file (RFC 2083, section 3): chunks of a length, a type, data and a checksum,
 * and the last one is IEND. The reader of the Java platform checks none of it and fills what is
 * missing of a truncated picture with black.
 */
final class PngChunks {
  private static final int SIGNATURE_BYTES = 8;
  private static final int TYPE_BYTES = 4;
  private static final int OVERHEAD_BYTES = 12;
  private static final int END = 0x49454e44;

  private PngChunks() {}

  /**
   * Whether every chunk is whole and the file ends with the last one.
   *
   * @param content starts with the signature
   */
  static boolean areWhole(byte[] content) {
    ByteBuffer file = ByteBuffer.wrap(content);
    int at = SIGNATURE_BYTES;
    while (content.length - at >= OVERHEAD_BYTES) {
      int length = file.getInt(at);
      if (length < 0 || length > content.length - at - OVERHEAD_BYTES) {
        return false;
      }
      int typeAt = at + Integer.BYTES;
      CRC32 checksum = new CRC32();
      checksum.update(content, typeAt, TYPE_BYTES + length);
      int end = typeAt + TYPE_BYTES + length;
      if (file.getInt(end) != (int) checksum.getValue()) {
        return false;
      }
      at = end + Integer.BYTES;
      if (file.getInt(typeAt) == END) {
        return at == content.length;
      }
    }
    return false;
  }
}
