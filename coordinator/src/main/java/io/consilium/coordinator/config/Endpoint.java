package io.consilium.coordinator.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a service listens: a host name or address, and a port from 1 to 65535. */
public record Endpoint(String host, int port) {

  private static final Pattern FORM = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^:\\s]+):([0-9]{1,5})");

  /** Refuses ports out of range. */
  public Endpoint {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("has port " + port + ", which is not in 1 to 65535");
    }
  }

  /** Reads {@code host:port}; an IPv6 address stands in brackets. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static Endpoint parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("should be host:port, for example 10.4.2.7:17350");
    }
    return new Endpoint(matcher.group(1), Integer.parseInt(matcher.group(2)));
  }

  /** The socket address, its name looked up now. */
  public InetSocketAddress socketAddress() {
    return new InetSocketAddress(host, port);
  }

  @JsonValue
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
