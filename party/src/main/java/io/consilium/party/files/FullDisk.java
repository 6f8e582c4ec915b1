package io.consilium.party.files;

import java.util.List;
import java.util.Locale;

/** Tells a full disk from other problems with files; Java has no exception of its own for it. */
public final class FullDisk {
  /** What Linux, macOS and the usual limits say. */
  private static final List<String> WORDS =
      List.of(
          "no space left on device", "disk quota exceeded", "file too large", "not enough space");

  private static final int CAUSES_MAX = 16;

  private FullDisk() {}

  /** Whether a failure, or what it was caused by, is that nothing more can be written. */
  public static boolean isCauseOf(Throwable failure) {
    Throwable at = failure;
    for (int i = 0; at != null && i < CAUSES_MAX; i++, at = at.getCause()) {
      String message = String.valueOf(at.getMessage()).toLowerCase(Locale.ROOT);
      if (WORDS.stream().anyMatch(message::contains)) {
        return true;
      }
    }
    return false;
  }
}
