package io.consilium.party.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.inference.ModelCard;
import io.consilium.inference.NetworkAnswer;
import io.consilium.inference.NetworkCard;
import io.consilium.inference.Prediction;
import io.consilium.inference.onnx.program.Tensor;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Answers of an imported network as a client reads them. */
final class NetworkAnswers {
  private final ModelCard card;
  private final NetworkCard network;
  private final List<NetworkAnswer> answers;

  NetworkAnswers(Prediction prediction) {
    this.card = prediction.card();
    this.network = NetworkCard.of(card);
    this.answers = NetworkAnswer.of(prediction);
  }

  void printText(PrintWriter out) {
    out.println("record," + String.join(",", columns().stream().map(CsvCell::of).toList()));
    for (int i = 0; i < answers.size(); i++) {
      StringBuilder line = new StringBuilder().append(i + 1);
      for (Tensor output : answers.get(i).outputs()) {
        for (double element : output.elements()) {
          line.append(',')
              .append(
                  card.output().namesClasses()
                      ? CsvCell.of(card.output().className(element))
                      : String.format(Locale.ROOT, "%.4f", element));
        }
      }
      out.println(line);
    }
  }

  private List<String> columns() {
    List<String> columns = new ArrayList<>();
    int all = card.output().columns();
    for (int i = 0; i < all; i++) {
      if (card.output().namesClasses()) {
        columns.add(all == 1 ? "class" : "class " + (i + 1));
      } else if (card.output().classes().size() == all) {
        columns.add(card.output().classes().get(i));
      } else {
        columns.add("output " + i);
      }
    }
    return columns;
  }

  void printJson(PrintWriter out) {
    for (int i = 0; i < answers.size(); i++) {
      ObjectNode line = JsonNodeFactory.instance.objectNode().put("record", i + 1);
      List<Tensor> outputs = answers.get(i).outputs();
      for (int j = 0; j < outputs.size(); j++) {
        ObjectNode output = line.putObject(network.outputs().get(j).name());
        outputs.get(j).shape().dimensions().forEach(output.putArray("shape")::add);
        putElements(output, outputs.get(j));
      }
      out.println(line);
    }
  }

  private void putElements(ObjectNode output, Tensor tensor) {
    if (!card.output().namesClasses()) {
      ArrayNode elements = output.putArray("elements");
      for (double element : tensor.elements()) {
        elements.add(element);
      }
      return;
    }
    ArrayNode numbers = output.putArray("classes");
    for (double element : tensor.elements()) {
      numbers.add((int) element);
    }
    if (!card.output().classes().isEmpty()) {
      ArrayNode names = output.putArray("names");
      for (double element : tensor.elements()) {
        names.add(card.output().className(element));
      }
    }
  }
}
