package io.consilium.protocols.transport;

import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;

/**
 * What is asked of the operating system for every connection: that small messages leave at once,
 * and that a peer whose host or network is gone is noticed while nothing is sent, within {@code
 * IDLE + COUNT * INTERVAL} seconds. A program may wait for a peer that computes for much longer.
 */
final class SocketSettings {
  private static final int IDLE_SECONDS = 10;
  private static final int INTERVAL_SECONDS = 5;
  private static final int COUNT = 3;

  private SocketSettings() {}

  static void set(SocketChannel socket) throws IOException {
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    setIfKnown(socket, ExtendedSocketOptions.TCP_KEEPIDLE, IDLE_SECONDS);
    setIfKnown(socket, ExtendedSocketOptions.TCP_KEEPINTERVAL, INTERVAL_SECONDS);
    setIfKnown(socket, ExtendedSocketOptions.TCP_KEEPCOUNT, COUNT);
  }

  /** Not every system lets a process choose the times. */
  private static void setIfKnown(SocketChannel socket, SocketOption<Integer> option, int value)
      throws IOException {
    if (socket.supportedOptions().contains(option)) {
      socket.setOption(option, value);
    }
  }
}
