package io.consilium.party.node;

import io.consilium.party.config.PartyConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the facts of this node in its state directory, for {@code party check}. */
final class NodeReporter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeReporter.class);
  private static final long PAUSE_SECONDS = 1;

  private final Path state;
  private final Clock clock;
  private final SiteFiles files;
  private final BooleanSupplier joined;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("node-facts").daemon().factory());
  private NodeFacts facts;
  private boolean written;

  private NodeReporter(PartyConfig config, SiteFiles files, Clock clock, BooleanSupplier joined) {
    this.state = config.state();
    this.clock = clock;
    this.files = files;
    this.joined = joined;
    this.facts = NodeFacts.ofThisProcess(config, clock.instant());
  }

  static NodeReporter start(
      PartyConfig config, SiteFiles files, Clock clock, BooleanSupplier joined) {
    NodeReporter reporter = new NodeReporter(config, files, clock, joined);
    var _ =
        reporter.timer.scheduleWithFixedDelay(reporter::look, 0, PAUSE_SECONDS, TimeUnit.SECONDS);
    return reporter;
  }

  private synchronized void look() {
    boolean now = joined.getAsBoolean();
    if (now != facts.joined().isPresent()) {
      facts =
          facts.withJoined(
              now
                  ? Optional.of(clock.instant().truncatedTo(ChronoUnit.SECONDS))
                  : Optional.empty());
      written = false;
    }
    Map<String, String> used = files.digests();
    if (!used.equals(facts.files())) {
      facts = facts.withFiles(used);
      written = false;
    }
    if (!written) {
      try {
        facts.write(state);
        written = true;
      } catch (IOException e) {
        // Only "party check" misses it; it is tried again.
        LOG.warn("The facts about this node cannot be written to {}.", state);
      }
    }
  }

  @Override
  public synchronized void close() {
    timer.shutdownNow();
    try {
      NodeFacts.remove(state);
    } catch (IOException e) {
      LOG.warn("The facts about this node cannot be removed from {}.", state);
    }
  }
}
