package io.consilium.protocols.rep3;

import io.consilium.protocols.TensorType;
import io.consilium.protocols.ring.RingMatrix;
import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.Step;
import java.util.Arrays;

/**
 * Products of replicated shares modulo 2^64: element by element, matrices, columns.
 *
 * <p>Araki et al., CCS 2016, <a href="https://eprint.iacr.org/2016/768">ePrint 2016/768</a>. Party
 * i holds (x_i, x_(i+1)); with the additive zero sharing alpha it forms
 *
 * <pre>z_i = x_i * (y_i + y_(i+1)) + x_(i+1) * y_i + alpha_i</pre>
 *
 * and sends it to party i-1. Sums of products are summed before, so one element is sent per output.
 *
 * <p>Rounds: 1. Bytes: 24 per output. Security: passive, one of three; alpha_i is uniform to party
 * i-1, which lacks the key of share i+1. Leaks: shapes.
 */
final class ReplicatedProduct {
  private final Rep3Session session;

  ReplicatedProduct(Rep3Session session) {
    this.session = session;
  }

  /** x_n * y_n. Shape: [n] and [n] to [n]. */
  ReplicatedTensor elementwise(ReplicatedTensor x, ReplicatedTensor y) {
    long[] z = session.words(x.own.length);
    return reshare(
        z, x.type().product(y.type()), (from, count) -> crossTerms(x, y, z, from, from + count));
  }

  private static void crossTerms(
      ReplicatedTensor x, ReplicatedTensor y, long[] z, int from, int to) {
    long[] xOwn = x.own;
    long[] xNext = x.next;
    long[] yOwn = y.own;
    long[] yNext = y.next;
    for (int i = from; i < to; i++) {
      z[i] = xOwn[i] * (yOwn[i] + yNext[i]) + xNext[i] * yOwn[i];
    }
  }

  /** Shape: [m, k] and [k, n] to [m, n], after transposition. */
  ReplicatedTensor matrix(
      ReplicatedTensor x, boolean transposeX, ReplicatedTensor y, boolean transposeY) {
    TensorType type = x.type().matrixProduct(transposeX, y.type(), transposeY);
    RingMatrix.View xOwn = view(x.own, x, transposeX);
    RingMatrix.View xNext = view(x.next, x, transposeX);
    RingMatrix.View yOwn = view(y.own, y, transposeY);
    RingMatrix.View yNext = view(y.next, y, transposeY);
    long[] z = session.words(type.size());
    Arrays.fill(z, 0);
    RingMatrix.replicatedMultiplyAdd(xOwn, xNext, yOwn, yNext, z);
    return reshare(z, type, (from, count) -> {});
  }

  /** Column by column the sum of products. Shape: [n, d] and [n, d] to [d]. */
  ReplicatedTensor dotRows(ReplicatedTensor x, ReplicatedTensor y) {
    TensorType type = x.type().columnDots(y.type());
    int columns = type.size();
    long[] z = session.words(columns);
    Arrays.fill(z, 0);
    for (int from = 0; from < x.own.length; from += columns) {
      for (int j = 0; j < columns; j++) {
        int i = from + j;
        z[j] += x.own[i] * (y.own[i] + y.next[i]) + x.next[i] * y.own[i];
      }
    }
    return reshare(z, type, (from, count) -> {});
  }

  private static RingMatrix.View view(long[] share, ReplicatedTensor x, boolean transposed) {
    return new RingMatrix.View(share, x.shape().rows(), x.shape().columns(), transposed);
  }

  private ReplicatedTensor reshare(long[] z, TensorType type, Rep3Session.PieceMaker products) {
    Step step = session.step(Opcode.PRODUCT);
    long[] zNext = session.words(z.length);
    int longest = session.pieces().longest(z.length);
    long[] ownMask = session.words(longest);
    long[] nextMask = session.words(longest);
    session.reshare(
        step,
        z,
        zNext,
        (from, count) -> {
          products.make(from, count);
          // Without the zero share the previous party could solve for our shares.
          session.addZeroShare(step, from, z, count, ownMask, nextMask);
        });
    return new ReplicatedTensor(type, z, zNext);
  }
}
