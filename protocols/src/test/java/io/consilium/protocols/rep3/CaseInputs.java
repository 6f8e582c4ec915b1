package io.consilium.protocols.rep3;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * One party's inputs to a run over many cases at once: element {@code slot * cases + i} belongs to
 * case i.
 */
record CaseInputs(ComputeParty self, int cases, List<Subject.Secret> secrets, List<Shares> dealt) {
  ReplicatedTensor tensor(int secret) {
    int size = cases * secrets.get(secret).slots();
    return dealt.get(secret).at(self, Shape.vector(size), FixedPoint.INTEGER);
  }

  /** With room for a truncation. */
  ReplicatedTensor wide(int secret) {
    return dealt.get(secret).at(self, Shape.vector(cases * secrets.get(secret).slots()));
  }

  /** One row per slot, one column per case. */
  ReplicatedTensor matrix(int secret) {
    Shape shape = Shape.matrix(secrets.get(secret).slots(), cases);
    return dealt.get(secret).at(self, shape, FixedPoint.INTEGER);
  }

  /** A dealt secret, which is the same in all cases, as one column. */
  ReplicatedTensor column(int secret) {
    int slots = secrets.get(secret).slots();
    Shares shares = dealt.get(secret);
    long[][] first = new long[3][slots];
    for (int j = 0; j < 3; j++) {
      for (int slot = 0; slot < slots; slot++) {
        first[j][slot] = shares.share(j)[slot * cases];
      }
    }
    return new Shares(first[0], first[1], first[2])
        .at(self, Shape.matrix(slots, 1), FixedPoint.INTEGER);
  }

  ReplicatedBits bits(int secret) {
    return dealt.get(secret).bitsAt(self, cases);
  }

  Planes planes(int secret) {
    return dealt.get(secret).planesAt(self);
  }

  /** The codes of a plain secret, empty at all but its owner. */
  long[] plain(int secret) {
    long[] codes = dealt.get(secret).x0();
    return self == ComputeParty.P0 ? codes : Arrays.copyOf(codes, 0);
  }
}
