package io.consilium.inference;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import io.consilium.protocols.rep3.HolderInput;
import io.consilium.protocols.rep3.HolderShares;
import io.consilium.protocols.rep3.InputRefused;
import io.consilium.protocols.rep3.ShareBundle;
import io.consilium.protocols.rep3.TensorDescription;
import io.consilium.protocols.transport.SessionId;
import java.io.ByteArrayOutputStream;
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

  /** How many bytes a party gets. */
  int bytes(ComputeParty party) {
    return COMMITMENTS_BYTES + ShareBundle.bytes(party, shape().size());
  }

  /** Shares a question. */
  HolderShares share(Question question, RandomGenerator random) throws PredictionException {
    long[] features = question.featureCodes(card.features());
    long[] mask = card.hasMask() ? question.maskCodes() : new long[0];
    long[] codes = Arrays.copyOf(features, features.length + mask.length);
    System.arraycopy(mask, 0, codes, features.length, mask.length);
    // Each half has a format of its own; the parties know which.
    return HolderShares.of(tensorId(), shape(), FixedPoint.INTEGER, codes, random);
  }

  /** What a party gets: the commitments and its two shares. */
  static byte[] bytes(HolderShares shares, ComputeParty party) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    shares.description().digests().forEach(bytes::writeBytes);
    bytes.writeBytes(shares.forParty(party).toBytes());
    return bytes.toByteArray();
  }

  /**
   * Reads what a party got, and checks the shares against the commitments.
   *
   * @throws InputRefused if they do not fit
   */
  HolderInput read(byte[] bytes, ComputeParty party) {
    List<byte[]> commitments = new ArrayList<>();
    for (int i = 0; i < COMMITMENTS; i++) {
      commitments.add(Arrays.copyOfRange(bytes, i * COMMITMENT_BYTES, (i + 1) * COMMITMENT_BYTES));
    }
    TensorDescription description =
        new TensorDescription(tensorId(), shape(), FixedPoint.INTEGER.fractionBits(), commitments);
    byte[] shares = Arrays.copyOfRange(bytes, COMMITMENTS_BYTES, bytes.length);
    return HolderInput.receive(ShareBundle.of(shares, party, description), description);
  }
}
