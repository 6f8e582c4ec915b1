package io.consilium.inference;

import io.consilium.inference.PredictionException.Kind;
import io.consilium.inference.onnx.program.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Questions to imported networks, as {@link PredictionClient#predict} takes them. */
public final class NetworkQuestion {
  private NetworkQuestion() {}

  /**
   * A question of several records.
   *
   * @param records for each a tensor for every input of the network, in the order of its card
   * @throws PredictionException if a tensor has another shape than the network wants, or a number
   *     that is not finite or too large; the message names its place and no value
   */
  public static Question of(ModelCard card, List<List<Tensor>> records) throws PredictionException {
    NetworkCard network = NetworkCard.of(card);
    double[][] codes = new double[records.size()][];
    for (int i = 0; i < codes.length; i++) {
      codes[i] =
          codes(network, records.get(i), codes.length == 1 ? "" : "record " + (i + 1) + ", ");
    }
    return Question.complete(codes);
  }

  private static double[] codes(NetworkCard network, List<Tensor> tensors, String record)
      throws PredictionException {
    if (tensors.size() != network.inputs().size()) {
      throw bad(
          "%sthe model takes %d tensors (%s), and %d are given"
              .formatted(record, network.inputs().size(), listing(network), tensors.size()));
    }
    double[] codes = new double[network.inputElements()];
    int at = 0;
    for (int i = 0; i < tensors.size(); i++) {
      NetworkCard.Part part = network.inputs().get(i);
      Tensor tensor = tensors.get(i);
      if (!tensor.shape().equals(part.shape())) {
        throw bad(
            "%sthe tensor for '%s' has the shape %s; the model takes %s"
                .formatted(record, part.name(), tensor.shape(), part.shape()));
      }
      at = put(tensor.elements(), part, codes, at, record);
    }
    return codes;
  }

  private static int put(
      double[] elements, NetworkCard.Part part, double[] codes, int from, String record)
      throws PredictionException {
    int at = from;
    for (int j = 0; j < elements.length; j++) {
      if (!(Math.abs(elements[j]) <= part.magnitudeMax())) {
        String what =
            Double.isFinite(elements[j])
                ? "is larger than the model is made for, which is +-" + part.magnitudeMax()
                : "is not a finite number";
        throw bad(
            "%sthe tensor for '%s': element %s %s"
                .formatted(record, part.name(), place(part, j), what));
      }
      // The codes travel as whole numbers: each input has a format of its own.
      codes[at++] = Math.scalb(elements[j], part.fractionBits());
    }
    return at;
  }

  private static String place(NetworkCard.Part part, int element) {
    List<Integer> dimensions = part.dimensions();
    Integer[] place = new Integer[dimensions.size()];
    int left = element;
    for (int d = place.length - 1; d >= 0; d--) {
      place[d] = left % dimensions.get(d);
      left /= dimensions.get(d);
    }
    return Arrays.toString(place);
  }

  private static String listing(NetworkCard network) {
    List<String> parts = new ArrayList<>();
    network.inputs().forEach(part -> parts.add("'" + part.name() + "' " + part.shape()));
    return String.join(", ", parts);
  }

  private static PredictionException bad(String message) {
    return new PredictionException(Kind.BAD_QUESTION, message);
  }
}
