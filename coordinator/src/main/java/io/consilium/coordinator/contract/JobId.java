package io.consilium.coordinator.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Names one job for ever: 12 hexadecimal digits chosen at random by the researcher's client. */
public record JobId(@JsonValue String value) implements Comparable<JobId> {

  private static final Pattern FORM = Pattern.compile("[0-9a-f]{12}");

  /** Refuses anything but 12 small hexadecimal digits, so an id is always safe as a file name. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public JobId {
    if (value == null || !isId(value)) {
      throw new IllegalArgumentException("a job id is 12 hexadecimal digits");
    }
  }

  /** Whether this text is a job id. */
  public static boolean isId(String text) {
    return FORM.matcher(text).matches();
  }

  /** A fresh id. */
  public static JobId random(SecureRandom random) {
    byte[] bytes = new byte[6];
    random.nextBytes(bytes);
    return new JobId(HexFormat.of().formatHex(bytes));
  }

  @Override
  public int compareTo(JobId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
