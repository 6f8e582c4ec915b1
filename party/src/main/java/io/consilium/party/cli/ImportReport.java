package io.consilium.party.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.cli.Table;
import io.consilium.inference.onnx.CalibratedModel;
import io.consilium.inference.onnx.FixedPointCheck;
import io.consilium.inference.onnx.OnnxPlan;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Cost;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What an import has found out. */
record ImportReport(
    CalibratedModel model, OnnxPlan plan, FixedPointCheck check, List<String> publicNumbers) {
  private static final int NAMES_MAX = 10;

  String toText() {
    StringBuilder text = new StringBuilder();
    model.program().inputs().forEach(input -> line(text, "input", input));
    model.program().outputs().forEach(output -> line(text, "output", output));
    List<Value> weights = model.program().weights();
    long elements = weights.stream().mapToLong(weight -> weight.shape().size()).sum();
    text.append("weights: %d secret numbers in %d tensors%n".formatted(elements, weights.size()));
    if (!model.program().published().isEmpty()) {
      text.append(
          "public, since they decide what is computed: %s%n"
              .formatted(String.join(", ", model.program().published())));
    }
    if (!publicNumbers.isEmpty()) {
      List<String> shown = publicNumbers.subList(0, Math.min(NAMES_MAX, publicNumbers.size()));
      text.append(
          "public, since they only enter arithmetic: %d single numbers of Constant nodes: %s%s%n"
              .formatted(
                  publicNumbers.size(),
                  String.join(", ", shown),
                  shown.size() < publicNumbers.size() ? ", .." : ""));
    }
    text.append(table()).append(System.lineSeparator());
    text.append(
        "an answer: %d rounds, %s sent by the three together%n"
            .formatted(plan.total().rounds(), megabytes(plan.total())));
    text.append(sentence(check));
    return text.toString().stripTrailing();
  }

  private void line(StringBuilder text, String kind, Program.Named named) {
    text.append("%s '%s' %s%n".formatted(kind, named.name(), named.value().shape()));
  }

  private Table table() {
    Table table = new Table("node", "instruction", "shape", "values", "bits", "rounds", "bytes");
    for (OnnxPlan.Line line : plan.lines()) {
      table.row(
          line.where(),
          line.title(),
          line.shape(),
          line.range(),
          line.fractionBits(),
          line.cost().rounds(),
          line.cost().bytes());
    }
    return table;
  }

  private static String megabytes(Cost cost) {
    return String.format(Locale.ROOT, "%.2f MB", cost.bytes() / 1e6);
  }

  private static String sentence(FixedPointCheck found) {
    String broken =
        found.brokenPromises().isEmpty()
            ? ""
            : "%nOut of range: %s.".formatted(String.join("; ", found.brokenPromises()));
    return String.format(
            Locale.ROOT,
            "fixed point against floating point, %d %s: error at most %.2g for outputs up to"
                + " %.4g; the largest output is the same for %d",
            found.runs(),
            found.onSamples() ? "samples" : "made-up inputs of the declared range",
            found.errorMax(),
            found.outputMax(),
            found.sameLargest())
        + broken;
  }

  String toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("rounds", plan.total().rounds()).put("bytes", plan.total().bytes());
    json.put(
        "weights",
        model.program().weights().stream().mapToLong(weight -> weight.shape().size()).sum());
    var published = json.putArray("published");
    model.program().published().forEach(published::add);
    var numbers = json.putArray("publicNumbers");
    publicNumbers.forEach(numbers::add);
    var lines = json.putArray("instructions");
    for (OnnxPlan.Line line : plan.lines()) {
      lines
          .addObject()
          .put("node", line.where())
          .put("instruction", line.title())
          .put(
              "shape",
              line.shape().dimensions().stream()
                  .map(String::valueOf)
                  .collect(Collectors.joining("x")))
          .put("low", line.range().low())
          .put("high", line.range().high())
          .put("fractionBits", line.fractionBits())
          .put("rounds", line.cost().rounds())
          .put("bytes", line.cost().bytes());
    }
    ObjectNode object = json.putObject("fixedPoint");
    object
        .put("samples", check.onSamples() ? check.runs() : 0)
        .put("runs", check.runs())
        .put("errorMax", check.errorMax())
        .put("outputMax", check.outputMax())
        .put("sameLargest", check.sameLargest());
    var broken = object.putArray("outOfRange");
    check.brokenPromises().forEach(broken::add);
    check.problem().ifPresent(problem -> object.put("problem", problem));
    return json.toString();
  }
}
