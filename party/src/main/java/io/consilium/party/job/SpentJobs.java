package io.consilium.party.job;

import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.SubmissionDocument;
import io.consilium.party.files.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs that are never begun here again, on disk: those that were started, and those that were
 * cancelled or refused by the officer. Whoever sends an old order again, also after a restart of
 * anybody, gets no run and so no opening. A job is forgotten some time after its order has expired,
 * since no party begins an expired one.
 */
final class SpentJobs {
  /** Jobs of which this party knows no more than that their researcher has cancelled them. */
  static final int UNHEARD_MAX = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(SpentJobs.class);

  private final Path directory;
  private final Clock clock;
  private int unheard;

  SpentJobs(Path state, Clock clock) {
    this.directory = state.resolve("started");
    this.clock = clock;
  }

  /** Why a job is spent. */
  enum Why {
    STARTED("has been run here already"),
    CANCELLED("has been cancelled"),
    REFUSED("was refused by this site's officer");

    /** What is said of the job. */
    final String words;

    Why(String words) {
      this.words = words;
    }
  }

  /** Why the job is spent, if it is. */
  Optional<Why> why(JobId id) throws IOException {
    Path file = directory.resolve(id.value());
    return Files.exists(file) ? Optional.of(Entry.read(file).why()) : Optional.empty();
  }

  /**
   * Notes that a job begins; on the disk when it returns.
   *
   * @return false if the job is spent
   */
  synchronized boolean begin(JobId id, Instant expiresAt) throws IOException {
    return note(id, Why.STARTED, expiresAt);
  }

  private boolean note(JobId id, Why why, Instant expiresAt) throws IOException {
    Path file = directory.resolve(id.value());
    PrivateFiles.createDirectory(directory);
    if (Files.exists(file)) {
      return false;
    }
    PrivateFiles.create(file, new Entry(why, expiresAt).bytes());
    return true;
  }

  /**
   * Notes that a job will not begin; on the disk when it returns. What is spent already stays so.
   */
  synchronized void end(JobId id, Why why, Instant expiresAt) throws IOException {
    boolean _ = note(id, why, expiresAt);
  }

  /**
   * Notes that a job will not begin of which nothing is known but its id.
   *
   * @return false if that was noted before, or if there were too many of them
   */
  synchronized boolean endUnheard(JobId id) throws IOException {
    if (unheard >= UNHEARD_MAX) {
      return false;
    }
    Instant latest =
        clock
            .instant()
            .plus(SubmissionDocument.VALIDITY_MAX)
            .plus(SubmissionDocument.CLOCK_SKEW_MAX);
    boolean noted = note(id, Why.CANCELLED, latest);
    unheard += noted ? 1 : 0;
    return noted;
  }

  /** Forgets the jobs whose orders have expired for certain, whatever the others' clocks say. */
  void forgetExpired() throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    Instant certain = clock.instant().minus(SubmissionDocument.VALIDITY_MAX);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        if (JobId.isId(file.getFileName().toString())
            && Entry.read(file).expiresAt().isBefore(certain)) {
          Files.delete(file);
        }
      }
    }
  }

  /** The content of a file: a word and a time. */
  private record Entry(Why why, Instant expiresAt) {
    byte[] bytes() {
      return (why.name() + " " + expiresAt + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** A file that says less, such as one of an earlier version, is kept for ever. */
    static Entry read(Path file) throws IOException {
      String[] words = Files.readString(file).strip().split(" ", 2);
      try {
        return new Entry(Why.valueOf(words[0]), Instant.parse(words[words.length - 1]));
      } catch (IllegalArgumentException | DateTimeException e) {
        LOG.debug("{} names no reason and no time.", file, e);
        return new Entry(Why.STARTED, Instant.MAX);
      }
    }
  }
}
