package io.consilium.protocols.rep3;

import io.consilium.protocols.SecretProduct;
import io.consilium.protocols.TensorType;
import io.consilium.protocols.ring.RingConvolution;
import io.consilium.protocols.ring.RingMatrix;
import io.consilium.protocols.transport.Message;
import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Products of replicated shares modulo 2^64: element by element, matrices, columns, convolutions
 * and their gradients.
 *
 * <p>Araki et al., CCS 2016, <a href="https://eprint.iacr.org/2016/768">ePrint 2016/768</a>. Party
 * i holds (x_i, x_(i+1)); with the additive zero sharing alpha it forms
 *
 * <pre>z_i = x_i * (y_i + y_(i+1)) + x_(i+1) * y_i + alpha_i</pre>
 *
 * and sends it to party i-1. Sums of products are summed before, so one element is sent per output.
 *
 * <p>Rounds: 1, for a list too. Bytes: 24 per output. Security: passive, one of three; alpha_i is
 * uniform to party i-1, which lacks the key of share i+1. Leaks: shapes.
 */
final class ReplicatedProduct {
  private final Rep3Session session;

  ReplicatedProduct(Rep3Session session) {
    this.session = session;
  }

  /** Computes elements [from, to) of this party's additive share of a product. */
  @FunctionalInterface
  private interface CrossTerms {
    void compute(int from, int to);
  }

  /** A product on its way: what it is, how it is computed, and its two shares. */
  private record Output(TensorType type, long[] own, long[] next, CrossTerms terms) {
    ReplicatedTensor tensor() {
      return new ReplicatedTensor(type, own, next);
    }

    @Override
    public String toString() {
      return "Output[" + type + "]";
    }
  }

  private Output output(TensorType type, long[] z, CrossTerms terms) {
    return new Output(type, z, session.words(z.length), terms);
  }

  /** x_n * y_n. Shape: [n] and [n] to [n]. */
  ReplicatedTensor elementwise(ReplicatedTensor x, ReplicatedTensor y) {
    return elementwise(List.of(x), List.of(y)).getFirst();
  }

  /** The same for every pair of the lists. */
  List<ReplicatedTensor> elementwise(List<ReplicatedTensor> x, List<ReplicatedTensor> y) {
    List<Output> outputs = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      ReplicatedTensor left = x.get(i);
      ReplicatedTensor right = y.get(i);
      long[] z = session.words(left.size());
      outputs.add(
          output(
              left.type().product(right.type()),
              z,
              (from, to) -> crossTerms(left, right, z, from, to)));
    }
    return reshare(outputs);
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
    return of(List.of(new SecretProduct.OfMatrices(x, transposeX, y, transposeY))).getFirst();
  }

  /** Products of matrices and convolutions. */
  List<ReplicatedTensor> of(List<? extends SecretProduct> products) {
    List<Output> outputs = new ArrayList<>();
    for (SecretProduct product : products) {
      TensorType type = product.type();
      long[] z = session.words(type.size());
      Arrays.fill(z, 0);
      addCrossTerms(product, z);
      outputs.add(computed(type, z));
    }
    return reshare(outputs);
  }

  private static void addCrossTerms(SecretProduct product, long[] z) {
    switch (product) {
      case SecretProduct.OfMatrices p -> addMatrices(p, z);
      case SecretProduct.Convolution p -> {
        ReplicatedTensor x = ReplicatedTensor.of(p.input());
        ReplicatedTensor w = ReplicatedTensor.of(p.weights());
        RingConvolution.replicatedForward(p.geometry(), x.own, x.next, w.own, w.next, z);
      }
      case SecretProduct.InputGradient p -> {
        ReplicatedTensor w = ReplicatedTensor.of(p.weights());
        ReplicatedTensor g = ReplicatedTensor.of(p.error());
        RingConvolution.replicatedInputGradient(p.geometry(), w.own, w.next, g.own, g.next, z);
      }
      case SecretProduct.WeightGradient p -> {
        ReplicatedTensor x = ReplicatedTensor.of(p.input());
        ReplicatedTensor g = ReplicatedTensor.of(p.error());
        RingConvolution.replicatedWeightGradient(p.geometry(), x.own, x.next, g.own, g.next, z);
      }
    }
  }

  private static void addMatrices(SecretProduct.OfMatrices p, long[] z) {
    ReplicatedTensor x = ReplicatedTensor.of(p.x());
    ReplicatedTensor y = ReplicatedTensor.of(p.y());
    RingMatrix.replicatedMultiplyAdd(
        view(x.own, x, p.transposeX()),
        view(x.next, x, p.transposeX()),
        view(y.own, y, p.transposeY()),
        view(y.next, y, p.transposeY()),
        z);
  }

  private static RingMatrix.View view(long[] share, ReplicatedTensor x, boolean transposed) {
    return new RingMatrix.View(share, x.shape().rows(), x.shape().columns(), transposed);
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
    return reshare(List.of(computed(type, z))).getFirst();
  }

  /** A product whose terms are computed as a whole. */
  private Output computed(TensorType type, long[] z) {
    return output(type, z, (from, to) -> {});
  }

  /** One round for all: every product is computed, masked and sent piece by piece. */
  private List<ReplicatedTensor> reshare(List<Output> outputs) {
    Step step = session.step(Opcode.PRODUCT);
    Pieces pieces = session.pieces();
    int longest = 0;
    for (Output output : outputs) {
      longest = Math.max(longest, pieces.longest(output.own().length));
    }
    long[] ownMask = session.words(longest);
    long[] nextMask = session.words(longest);
    for (int lane = 0; lane < outputs.size(); lane++) {
      long[] z = outputs.get(lane).own();
      for (int p = 0; p < pieces.count(z.length); p++) {
        int from = pieces.from(p);
        int count = pieces.size(p, z.length);
        outputs.get(lane).terms().compute(from, from + count);
        // Without the zero share the previous party could solve for our shares.
        session.addZeroShare(step, lane, from, z, count, ownMask, nextMask);
        session.send(session.self().previous(), message(step, lane, p, count), z, from);
      }
    }
    for (int lane = 0; lane < outputs.size(); lane++) {
      long[] next = outputs.get(lane).next();
      for (int p = 0; p < pieces.count(next.length); p++) {
        Message message = message(step, lane, p, pieces.size(p, next.length));
        session.receive(session.self().next(), message, next, pieces.from(p));
      }
    }
    return outputs.stream().map(Output::tensor).toList();
  }

  private static Message message(Step step, int lane, int piece, int count) {
    return Message.words(step, Rep3Session.part(piece, lane), count);
  }
}
