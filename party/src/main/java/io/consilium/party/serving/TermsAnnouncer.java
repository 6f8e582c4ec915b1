package io.consilium.party.serving;

import io.consilium.coordinator.config.Consortium;
import io.consilium.party.dataplane.DataPlane;
import io.consilium.party.dataplane.ServingTerms;
import io.consilium.party.node.Site;
import io.consilium.protocols.transport.ConnectionException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells every other party what this site's policy says of questions to models with its records:
 * when the node starts and whenever the policy has changed, again and again until each has heard.
 */
public final class TermsAnnouncer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TermsAnnouncer.class);

  private static final Duration PAUSE = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Site site;
  private final DataPlane dataPlane;
  private final TermsBook book;
  private final Set<String> told = new HashSet<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("serving-terms").daemon().factory());
  private ServingTerms mine;

  private TermsAnnouncer(Site site, DataPlane dataPlane, TermsBook book) throws IOException {
    this.site = site;
    this.dataPlane = dataPlane;
    this.book = book;
    this.mine = signed();
  }

  /** Takes others' terms from now on, and tells this party's. */
  public static TermsAnnouncer start(Site site, DataPlane dataPlane, TermsBook book)
      throws IOException {
    TermsAnnouncer announcer = new TermsAnnouncer(site, dataPlane, book);
    book.put(announcer.mine);
    dataPlane.terms().giveTo(book::put);
    var _ =
        announcer.timer.scheduleWithFixedDelay(
            announcer::tellAll, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    return announcer;
  }

  /** Later than what was said before, also if the clock was set back: else nobody would heed it. */
  private ServingTerms signed() throws IOException {
    Instant now = site.clock().instant();
    Instant at =
        book.issuedLast(site.name())
            .map(last -> last.plusMillis(1))
            .filter(next -> next.isAfter(now))
            .orElse(now);
    return ServingTerms.sign(site.identity(), site.policy().serving(), at);
  }

  private void tellAll() {
    try {
      if (!mine.says(site.policy().serving())) {
        mine = signed();
        told.clear();
        book.put(mine);
      }
      for (Consortium.PartyNode peer : site.consortium().parties()) {
        if (!peer.name().equals(site.name()) && !told.contains(peer.name())) {
          tell(peer.name());
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.error("This site's serving terms cannot be told.", e);
    }
  }

  private void tell(String peer) {
    try {
      dataPlane.terms().tell(dataPlane.dialer(), dataPlane.address(peer), mine, PATIENCE);
      told.add(peer);
    } catch (ConnectionException e) {
      // It is told when it is there.
      LOG.debug("{} has not heard this site's serving terms yet.", peer, e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
