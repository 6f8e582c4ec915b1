package io.consilium.party.dataplane;

import io.consilium.protocols.rep3.HolderInput;
import io.consilium.protocols.rep3.InputRefused;
import io.consilium.protocols.rep3.TensorDescription;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** What one data holder brings in one attempt, block after block. */
final class Delivery {
  private final InputTaker taker;
  private final AtomicInteger blocks = new AtomicInteger();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private Optional<InputRows> rows = Optional.empty();
  private int blocksInAll;
  private boolean closed;

  Delivery(InputTaker taker) {
    this.taker = taker;
  }

  /** The block that comes next. */
  int next() {
    return blocks.get();
  }

  synchronized boolean isComplete() {
    return rows.isPresent() && blocks.get() == blocksInAll;
  }

  /** The next block is announced. */
  synchronized void announced(InputRows announced, List<TensorDescription> tensors) {
    requireOpen();
    if (rows.isEmpty()) {
      blocksInAll = taker.begin(announced);
      rows = Optional.of(announced);
    }
    if (!announced.equals(rows.get())) {
      throw new InputRefused("it says other numbers of rows than before");
    }
    taker.check(blocks.get(), tensors);
  }

  synchronized void take(HolderInput tensor) throws IOException {
    requireOpen();
    taker.take(tensor);
  }

  private void requireOpen() {
    if (closed) {
      throw new InputRefused("the attempt has ended");
    }
  }

  /** Nothing is given to the taker any more when this returns. */
  synchronized void close() {
    closed = true;
  }

  /** The whole block has come. */
  void ended() {
    int _ = blocks.incrementAndGet();
    if (isComplete()) {
      boolean _ = end.complete(null);
    }
  }

  void failed(Throwable cause) {
    boolean _ = end.completeExceptionally(cause);
  }

  CompletableFuture<Void> end() {
    return end;
  }
}
