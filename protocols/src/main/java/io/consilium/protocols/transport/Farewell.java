package io.consilium.protocols.transport;

import java.time.Duration;
import java.util.List;

/** The orderly end of links: the peer can tell it from a loss. */
final class Farewell {
  private Farewell() {}

  /** Tries for some time to send what waits to be sent and a close_notify, then hangs up. */
  static void say(LinkLoop loop, List<TlsLink> links, Duration time) {
    Deadline deadline = Deadline.in(time);
    for (TlsLink link : links) {
      try {
        if (!link.isEnded()) {
          loop.awaitFlushed(link, deadline);
          link.sayFarewell();
          loop.awaitFlushed(link, deadline);
        }
      } catch (ConnectionException e) {
        link.close(); // The peer is gone already; it needs no farewell.
      }
      link.close();
    }
  }
}
