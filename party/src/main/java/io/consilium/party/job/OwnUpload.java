package io.consilium.party.job;

import io.consilium.party.audit.UnwritableException;
import io.consilium.protocols.transport.ConnectionException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What this site shares in an attempt, on a thread of its own. */
final class OwnUpload implements InputsWait.Upload, AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Future<?> work;
  private final Culprits culprits;
  private final String self;

  private OwnUpload(Callable<Void> sharing, Culprits culprits, String self) {
    this.culprits = culprits;
    this.self = self;
    this.work = threads.submit(sharing);
  }

  static OwnUpload start(Callable<Void> sharing, Culprits culprits, String self) {
    return new OwnUpload(sharing, culprits, self);
  }

  @Override
  public boolean isDone(Duration time) throws AttemptFailed, InterruptedException {
    try {
      work.get(time.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  /** Waits for its end and says why it failed. */
  void finish() throws AttemptFailed, InterruptedException {
    try {
      work.get();
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  private AttemptFailed failure(ExecutionException e) throws InterruptedException {
    return switch (e.getCause()) {
      case AttemptFailed said -> said;
      case RecordsRefused refused -> AttemptFailed.ofRecords(refused, self);
      case ConnectionException lost -> culprits.failure("sharing records", lost);
      case UnwritableException full -> throw full;
      case IOException broken -> culprits.stateFailure("sharing records", broken);
      case null, default -> throw new IllegalStateException("the upload failed", e.getCause());
    };
  }

  /** Stops it. */
  @Override
  public void close() {
    boolean _ = work.cancel(true);
    threads.close();
  }
}
