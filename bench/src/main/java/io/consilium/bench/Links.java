package io.consilium.bench;

import io.consilium.protocols.ComputeParty;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The three links between three parties, each with a relay of its own if it is not the loopback.
 */
final class Links implements AutoCloseable {
  private record Pair(ComputeParty dialling, ComputeParty listening) {}

  private final int[] ports;
  private final Map<Pair, Relay> relays = new HashMap<>();

  private Links(int[] ports) {
    this.ports = ports.clone();
  }

  /**
   * Links to where P0, P1 and P2 listen. They are as short as they can be until {@link #change}.
   *
   * @param relayed whether there are relays at all
   */
  static Links to(int[] ports, boolean relayed) throws IOException {
    Links links = new Links(ports);
    if (relayed) {
      for (ComputeParty dialling : ComputeParty.values()) {
        for (ComputeParty listening : ComputeParty.values()) {
          if (dialling.compareTo(listening) < 0) {
            Relay relay = Relay.to(ports[listening.ordinal()], Wire.LOOPBACK, Timeline.SYSTEM);
            links.relays.put(new Pair(dialling, listening), relay);
          }
        }
      }
    }
    return links;
  }

  /** Where a party reaches P0, P1 and P2. */
  int[] portsFor(ComputeParty dialling) {
    int[] seen = ports.clone();
    for (ComputeParty listening : ComputeParty.values()) {
      Relay relay = relays.get(new Pair(dialling, listening));
      if (relay != null) {
        seen[listening.ordinal()] = relay.port();
      }
    }
    return seen;
  }

  void change(Wire wire) {
    List<Relay> all = new ArrayList<>(relays.values());
    all.forEach(relay -> relay.change(wire));
  }

  @Override
  public void close() {
    relays.values().forEach(Relay::close);
  }
}
