package io.consilium.inference;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import io.consilium.protocols.rep3.HolderInput;
import io.consilium.protocols.rep3.HolderShares;
import io.consilium.protocols.rep3.InputRefused;
import io.consilium.protocols.rep3.ShareBundle;
import io.consilium.protocols.rep3.TensorDescription;
import io.consilium.protocols.transport.Connection;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.Pace;
import io.consilium.protocols.transport.SessionId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The secret part of a query, as both ends derive it from the card, the number of rows and the id
 * of the query: one tensor of codes, the rows of the features above those of the mask, which a
 * question to an imported network lacks. No length is taken from a peer, and of the tensor's
 * description only the commitments travel.
 */
record QueryTensors(SessionId id, ModelCard card, int rows) {
  private static final int COMMITMENT_BYTES = Sha256.BYTES;
  private static final int COMMITMENTS = 3;

  /** What stands in front of the shares of every question. */
  static final int COMMITMENTS_BYTES = COMMITMENTS * COMMITMENT_BYTES;

  private String tensorId() {
    return "query/" + id;
  }

  /** Features above mask, if there is one. */
  Shape shape() {
    return Shape.matrix((card.hasMask() ? 2 : 1) * rows, card.features().columns());
  }

  /** How many bytes a party gets in a {@link #body}. */
  int bytes(ComputeParty party) {
    return COMMITMENTS_BYTES + ShareBundle.bytes(party, shape().size());
  }

  /** Shares a question. */
  HolderShares share(Question question, RandomGenerator random) throws PredictionException {
    long[] features = question.featureCodes(card.features());
    long[] codes = card.hasMask() ? above(features, question.maskCodes()) : features;
    // Each half has a format of its own; the parties know which.
    return HolderShares.of(tensorId(), shape(), FixedPoint.INTEGER, codes, random);
  }

  private static long[] above(long[] features, long[] mask) {
    long[] codes = Arrays.copyOf(features, features.length + mask.length);
    System.arraycopy(mask, 0, codes, features.length, mask.length);
    return codes;
  }

  /** What a party gets: the commitments and its two shares. */
  static QueryBody body(HolderShares shares, ComputeParty party) {
    return body(shares.description().digests(), shares.forParty(party));
  }

  static QueryBody body(List<byte[]> commitments, ShareBundle bundle) {
    return connection -> {
      for (byte[] commitment : commitments) {
        connection.sendBytes(commitment);
      }
      bundle.sendTo(connection);
    };
  }

  /**
   * Receives what a party gets, straight into the shares, and checks them against the commitments.
   *
   * @throws InputRefused if they do not fit; then all of it was received
   */
  HolderInput receive(Connection connection, ComputeParty party, Pace pace)
      throws ConnectionException {
    List<byte[]> commitments = new ArrayList<>();
    for (int i = 0; i < COMMITMENTS; i++) {
      commitments.add(connection.receiveBytes(COMMITMENT_BYTES, pace.next()));
    }
    TensorDescription description =
        new TensorDescription(tensorId(), shape(), FixedPoint.INTEGER.fractionBits(), commitments);
    return HolderInput.receive(
        ShareBundle.receiveFrom(connection, party, description, pace), description);
  }
}
