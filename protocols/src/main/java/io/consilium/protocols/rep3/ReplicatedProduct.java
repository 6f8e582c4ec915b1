package io.consilium.protocols.rep3;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ring.RingMatrix;
import io.consilium.protocols.ring.RingVector;
import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.Step;
import java.util.ArrayList;
import java.util.List;

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
    long[] z = new long[x.own.length];
    for (int i = 0; i < z.length; i++) {
      z[i] = x.own[i] * (y.own[i] + y.next[i]) + x.next[i] * y.own[i];
    }
    return reshare(z, x, y, x.shape());
  }

  /** Shape: [m, k] and [k, n] to [m, n], after transposition. */
  ReplicatedTensor matrix(
      ReplicatedTensor x, boolean transposeX, ReplicatedTensor y, boolean transposeY) {
    long[] z = crossTerms(x, transposeX, y, transposeY);
    int height = transposeX ? x.shape().columns() : x.shape().rows();
    int width = transposeY ? y.shape().rows() : y.shape().columns();
    return reshare(z, x, y, Shape.matrix(height, width));
  }

  private static long[] crossTerms(
      ReplicatedTensor x, boolean transposeX, ReplicatedTensor y, boolean transposeY) {
    RingMatrix.View xOwn = view(x.own, x, transposeX);
    RingMatrix.View xNext = view(x.next, x, transposeX);
    RingMatrix.View yOwn = view(y.own, y, transposeY);
    RingMatrix.View ySum = view(RingVector.add(y.own, y.next), y, transposeY);
    long[] z = new long[xOwn.height() * yOwn.width()];
    RingMatrix.multiplyAdd(xOwn, ySum, z);
    RingMatrix.multiplyAdd(xNext, yOwn, z);
    return z;
  }

  /** Products of matrices one behind the other, as one vector of codes; one message for all. */
  ReplicatedTensor matrices(List<Backend.Factors> factors) {
    List<long[]> parts = new ArrayList<>();
    for (Backend.Factors f : factors) {
      parts.add(
          crossTerms(
              ReplicatedTensor.of(f.x()),
              f.transposeX(),
              ReplicatedTensor.of(f.y()),
              f.transposeY()));
    }
    long[] z = RingVector.concatenate(parts);
    ReplicatedTensor codes = new ReplicatedTensor(Shape.vector(z.length), FixedPoint.INTEGER, z, z);
    return reshare(z, codes, codes, codes.shape());
  }

  /** Column by column the sum of products. Shape: [n, d] and [n, d] to [d]. */
  ReplicatedTensor dotRows(ReplicatedTensor x, ReplicatedTensor y) {
    int columns = x.shape().columns();
    long[] z = new long[columns];
    for (int from = 0; from < x.own.length; from += columns) {
      for (int j = 0; j < columns; j++) {
        int i = from + j;
        z[j] += x.own[i] * (y.own[i] + y.next[i]) + x.next[i] * y.own[i];
      }
    }
    return reshare(z, x, y, Shape.vector(columns));
  }

  private static RingMatrix.View view(long[] share, ReplicatedTensor x, boolean transposed) {
    return new RingMatrix.View(share, x.shape().rows(), x.shape().columns(), transposed);
  }

  private ReplicatedTensor reshare(long[] z, ReplicatedTensor x, ReplicatedTensor y, Shape shape) {
    Step step = session.step(Opcode.PRODUCT);
    // Without the zero share the previous party could solve for our shares.
    long[] alpha = session.zeroShare(step, z.length);
    for (int i = 0; i < z.length; i++) {
      z[i] += alpha[i];
    }
    session.sendWords(session.self().previous(), step, 0, z);
    long[] zNext = session.receiveWords(session.self().next(), step, 0, z.length);
    return new ReplicatedTensor(shape, x.format().times(y.format()), z, zNext);
  }
}
