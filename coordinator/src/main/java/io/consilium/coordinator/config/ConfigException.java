package io.consilium.coordinator.config;

/**
 * A file that a person wrote cannot be used. The message says which file, where in it, what is
 * wrong and what to do; it is meant to be shown as it is.
 */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  /** One or more whole sentences, beginning with the file. */
  public ConfigException(String message) {
    super(message);
  }
}
