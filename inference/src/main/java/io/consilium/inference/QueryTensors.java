package io.consilium.inference;

import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import io.consilium.protocols.rep3.InputRefused;
import io.consilium.protocols.rep3.TensorDescription;
import io.consilium.protocols.transport.SessionId;

/**
 * The two tensors of a query, as both ends derive them from the card, the number of rows and the id
 * of the query. No length is taken from a peer.
 */
record QueryTensors(SessionId id, ModelCard card, int rows) {
  String featuresId() {
    return "query/" + id + "/features";
  }

  String maskId() {
    return "query/" + id + "/mask";
  }

  Shape shape() {
    return card.features().shape(rows);
  }

  FixedPoint featuresFormat() {
    return card.features().format();
  }

  FixedPoint maskFormat() {
    return FixedPoint.INTEGER;
  }

  /** Reads the description of the features and holds it against what it must be. */
  TensorDescription features(byte[] canonical) {
    return checked(canonical, featuresId(), featuresFormat());
  }

  /** Reads the description of the mask and holds it against what it must be. */
  TensorDescription mask(byte[] canonical) {
    return checked(canonical, maskId(), maskFormat());
  }

  private TensorDescription checked(byte[] canonical, String tensorId, FixedPoint format) {
    TensorDescription description = TensorDescription.parse(canonical);
    boolean fits =
        description.tensorId().equals(tensorId)
            && description.shape().equals(shape())
            && description.format().equals(format);
    if (!fits) {
      throw new WrongTensor(description + " is not what " + card.title() + " needs: " + shape());
    }
    return description;
  }

  /** A description that does not fit the model. */
  static final class WrongTensor extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongTensor(String message) {
      super(message);
    }
  }

  /** Whether an exception says that the client sent something else than a question. */
  static boolean isClientsFault(RuntimeException e) {
    return e instanceof WrongTensor || e instanceof InputRefused;
  }
}
