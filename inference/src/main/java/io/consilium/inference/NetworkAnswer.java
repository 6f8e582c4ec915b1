package io.consilium.inference;

import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * What an imported network has answered about one record.
 *
 * @param outputs in the order of the card
 */
public record NetworkAnswer(List<Tensor> outputs) {
  public NetworkAnswer {
    outputs = List.copyOf(outputs);
  }

  /** The answers of a prediction, one for each record. */
  public static List<NetworkAnswer> of(Prediction prediction) {
    NetworkCard network = NetworkCard.of(prediction.card());
    List<NetworkAnswer> answers = new ArrayList<>();
    for (double[] codes : prediction.values()) {
      List<Tensor> outputs = new ArrayList<>();
      int at = 0;
      for (NetworkCard.Part part : network.outputs()) {
        double[] elements = new double[part.size()];
        for (int i = 0; i < elements.length; i++) {
          elements[i] = Math.scalb(codes[at++], -part.fractionBits());
        }
        outputs.add(new Tensor(ElementType.DOUBLE, part.shape(), elements));
      }
      answers.add(new NetworkAnswer(outputs));
    }
    return answers;
  }

  @Override
  public String toString() {
    return "NetworkAnswer[" + outputs.size() + " tensors ***]";
  }
}
