package io.consilium.party;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Looks for many secrets at once, in every form in which a program might have written them: as
 * text, as bytes of either order, hexadecimal and base64 (at each of its three alignments).
 */
final class SecretSearch {

  /** Shorter forms would be found by chance. */
  private static final int LENGTH_MIN = 8;

  private static final int FILTER_BITS = 1 << 24;

  /** What was found where; the form, never the secret. */
  record Hit(String where, String form) {}

  private record Pattern(String form, byte[] bytes) {}

  private final Map<Long, List<Pattern>> byHead = new HashMap<>();
  private final Map<String, Integer> counts = new TreeMap<>();
  private final BitSet filter = new BitSet(FILTER_BITS);

  /** A number as people write it. */
  void addText(String kind, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    add(kind + " as text", bytes);
    add(kind + " as text in hexadecimal", ascii(HexFormat.of().formatHex(bytes)));
    addBase64(kind + " as text", bytes);
  }

  /** A ring element or the bits of a floating-point number. */
  void addWord(String kind, long word) {
    byte[] big = ByteBuffer.allocate(Long.BYTES).putLong(word).array();
    byte[] little =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(word).array();
    addBytes(kind + ", big-endian", big);
    addBytes(kind + ", little-endian", little);
  }

  /** A word that is uniformly random, so that its decimal form, too, is never met by chance. */
  void addRandomWord(String kind, long word) {
    addWord(kind, word);
    add(kind + " as text", ascii(Long.toString(word)));
    add(kind + " as unsigned text", ascii(Long.toUnsignedString(word)));
  }

  /** Bytes such as a key's. */
  void addBytes(String kind, byte[] bytes) {
    add(kind, bytes);
    String hex = HexFormat.of().formatHex(bytes);
    add(kind + ", hexadecimal", ascii(hex));
    add(kind + ", hexadecimal", ascii(hex.toUpperCase(Locale.ROOT)));
    addBase64(kind, bytes);
  }

  private void addBase64(String kind, byte[] bytes) {
    for (int before = 0; before < 3; before++) {
      byte[] padded = new byte[before + bytes.length];
      System.arraycopy(bytes, 0, padded, before, bytes.length);
      String whole = Base64.getEncoder().withoutPadding().encodeToString(padded);
      // The characters that depend on nothing but these bytes.
      int from = (before * 8 + 5) / 6;
      int to = padded.length * 8 / 6;
      String core = whole.substring(from, to);
      add(kind + ", base64", ascii(core));
      add(kind + ", base64", ascii(core.replace('+', '-').replace('/', '_')));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private void add(String form, byte[] bytes) {
    if (bytes.length < LENGTH_MIN) {
      return;
    }
    long head = head(bytes, 0);
    filter.set(slot(head));
    byHead.computeIfAbsent(head, _ -> new ArrayList<>()).add(new Pattern(form, bytes));
    counts.merge(form, 1, Integer::sum);
  }

  /** How many patterns there are of each form. */
  Map<String, Integer> counts() {
    return Map.copyOf(counts);
  }

  /** Everything found in the regular files below a directory, or in one file. */
  List<Hit> files(Path place) throws IOException {
    List<Hit> hits = new ArrayList<>();
    List<Path> files;
    try (var walk = Files.walk(place)) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      hits.addAll(bytes(file.toString(), Files.readAllBytes(file)));
    }
    return hits;
  }

  List<Hit> bytes(String where, byte[] content) {
    List<Hit> hits = new ArrayList<>();
    if (content.length < LENGTH_MIN) {
      return hits;
    }
    long window = head(content, 0);
    for (int at = 0; ; at++) {
      if (filter.get(slot(window))) {
        match(where, content, at, window, hits);
      }
      if (at + LENGTH_MIN == content.length) {
        return hits;
      }
      window = window << 8 | content[at + LENGTH_MIN] & 0xffL;
    }
  }

  private void match(String where, byte[] content, int at, long window, List<Hit> hits) {
    for (Pattern pattern : byHead.getOrDefault(window, List.of())) {
      int end = at + pattern.bytes().length;
      if (end <= content.length
          && Arrays.equals(content, at, end, pattern.bytes(), 0, pattern.bytes().length)) {
        hits.add(new Hit(where + " at byte " + at, pattern.form()));
      }
    }
  }

  private static long head(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes, at, LENGTH_MIN).getLong();
  }

  private static int slot(long head) {
    long mixed = head * 0x9e3779b97f4a7c15L;
    return (int) (mixed >>> 40) & FILTER_BITS - 1;
  }
}
