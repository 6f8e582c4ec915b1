package io.consilium.protocols.ring;

import java.util.concurrent.ArrayBlockingQueue;

/**
 * The buffers of one running product, lent and taken back, so that the steady state allocates
 * nothing.
 *
 * <p>At most one idle workspace per processor is kept, of 1.9 MiB each; a virtual thread for every
 * connection therefore costs no buffers. They hold shares until the next product overwrites them.
 */
final class Workspace {
  /** Columns of a block of {@link RowProduct}. */
  static final int ROW_WORDS = 512;

  private static final ArrayBlockingQueue<Workspace> IDLE =
      new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

  /** Packed panels of the left factor. */
  final long[] left = new long[PanelProduct.LEFT_WORDS];

  /** Packed panels of the right factor. */
  final long[] right = new long[PanelProduct.RIGHT_WORDS];

  /** A strip of the result that cannot be computed in place. */
  final long[] strip = new long[PanelProduct.STRIP_WORDS];

  /** A part of the result that several threads add to. */
  final long[] partial = new long[TilePlan.SIDE_MIN * TilePlan.SIDE_MIN];

  /** Rows of the right factor. */
  final long[][] rows = new long[RowProduct.INNER_BLOCK][ROW_WORDS];

  /** One row of the result. */
  final long[] sum = new long[ROW_WORDS];

  static Workspace take() {
    Workspace idle = IDLE.poll();
    return idle == null ? new Workspace() : idle;
  }

  /** Gives the buffers back; a surplus is left to the collector. */
  void release() {
    boolean _ = IDLE.offer(this);
  }
}
