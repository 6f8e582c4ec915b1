package io.consilium.party.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.inference.ModelCard;
import io.consilium.inference.Prediction;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Answers of a model that was trained here, as a client reads them. */
final class RecordAnswers {
  private final ModelCard.Output output;
  private final double[][] values;

  RecordAnswers(Prediction prediction) {
    this.output = prediction.card().output();
    this.values = prediction.values();
  }

  void printText(PrintWriter out) {
    out.println("record," + String.join(",", columns().stream().map(CsvCell::of).toList()));
    for (int i = 0; i < values.length; i++) {
      StringBuilder line = new StringBuilder().append(i + 1);
      for (double value : values[i]) {
        line.append(',')
            .append(
                output.namesClasses()
                    ? CsvCell.of(output.className(value))
                    : String.format(Locale.ROOT, "%.4f", value));
      }
      out.println(line);
    }
  }

  /** Like the columns, but the likeliest classes are one list. */
  void printJson(PrintWriter out) {
    List<String> columns = columns();
    for (int i = 0; i < values.length; i++) {
      ObjectNode line = JsonNodeFactory.instance.objectNode().put("record", i + 1);
      if (output.namesClasses()) {
        putClasses(line, values[i]);
      } else {
        for (int j = 0; j < columns.size(); j++) {
          line.put(columns.get(j), values[i][j]);
        }
      }
      out.println(line);
    }
  }

  private void putClasses(ObjectNode line, double[] numbers) {
    if (!output.isRanked()) {
      line.put("class", output.className(numbers[0]));
      return;
    }
    ArrayNode classes = line.putArray("classes");
    for (double number : numbers) {
      classes.add(output.className(number));
    }
  }

  private List<String> columns() {
    if (output.namesClasses()) {
      return places();
    }
    if (output.classes().isEmpty()) {
      return List.of("value");
    }
    String what = output.isLogits() ? "logit of " : "probability of ";
    return output.columns() == 1
        ? List.of(what + output.classes().getLast())
        : output.classes().stream().map(name -> what + name).toList();
  }

  private List<String> places() {
    if (!output.isRanked()) {
      return List.of("class");
    }
    List<String> places = new ArrayList<>();
    for (int place = 1; place <= output.columns(); place++) {
      places.add("class " + place);
    }
    return places;
  }
}
