package io.consilium.coordinator.identity;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the holder of a certificate may be in a consortium. */
public enum Role {
  /** A hospital or a compute-only organisation. */
  PARTY,
  /** The process that schedules jobs. */
  COORDINATOR,
  /** A person who submits jobs. */
  RESEARCHER,
  /** A person or application that asks a model questions. */
  CLIENT;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The word used in certificates, files and messages: {@code party}, {@code coordinator}, ... */
  public String label() {
    return label;
  }

  /** The role with this label, or nothing. */
  public static Optional<Role> of(String label) {
    return Arrays.stream(values()).filter(role -> role.label.equals(label)).findFirst();
  }
}
