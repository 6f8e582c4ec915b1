package io.consilium.party.release;

import io.consilium.coordinator.contract.Json;
import io.consilium.party.store.SealedStore;
import io.consilium.party.store.StoreKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The jobs that took records of each data set of this site, in the party's store: authenticated, so
 * that a changed file is refused, and on the disk before a share leaves.
 *
 * <p>Safe for use by several threads.
 */
public final class ReleaseLedger {
  private static final String KIND = "releases";

  /** Older ones are dropped; far more than a policy can allow on nearly the same records. */
  private static final int RELEASES_MAX = 4_000;

  private static final int NAME_BYTES = 16;

  private final SealedStore store;

  public ReleaseLedger(SealedStore store) {
    this.store = store;
  }

  /**
   * The content of one file.
   *
   * @param dataset whose
   * @param releases the oldest first
   */
  public record Page(String dataset, List<Release> releases) {
    /** Copies the list. */
    public Page {
      releases = List.copyOf(releases);
    }
  }

  /** Whether one more job on a data set would keep the limits. Notes nothing. */
  public synchronized boolean admits(String dataset, Release next, ReleaseLimits limits)
      throws IOException {
    return limits.admit(page(dataset).releases(), next);
  }

  /**
   * Notes a job, if it keeps the limits; on the disk when it returns. A job counts from then on,
   * whatever becomes of it.
   *
   * @return whether it does
   */
  public synchronized boolean claim(String dataset, Release next, ReleaseLimits limits)
      throws IOException {
    List<Release> past = new ArrayList<>(page(dataset).releases());
    if (!limits.admit(past, next)) {
      return false;
    }
    if (past.stream().noneMatch(release -> release.job().equals(next.job()))) {
      past.add(next);
      int dropped = Math.max(0, past.size() - RELEASES_MAX);
      byte[] page = Json.bytes(new Page(dataset, past.subList(dropped, past.size())));
      store.write(key(dataset), page, List.of());
    }
    return true;
  }

  /** Everything that is noted, for the people of the site. */
  public synchronized List<Page> pages() throws IOException {
    List<Page> pages = new ArrayList<>();
    for (StoreKey key : store.list(KIND)) {
      pages.add(Json.read(store.readPublicHeader(key), Page.class));
    }
    return pages;
  }

  private Page page(String dataset) throws IOException {
    StoreKey key = key(dataset);
    return store.contains(key)
        ? Json.read(store.readPublicHeader(key), Page.class)
        : new Page(dataset, List.of());
  }

  /** Names of data sets are free; those of files are not. */
  private static StoreKey key(String dataset) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(dataset.getBytes(StandardCharsets.UTF_8));
      return new StoreKey(KIND, HexFormat.of().formatHex(digest, 0, NAME_BYTES), 1);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
