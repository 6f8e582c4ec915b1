package io.consilium.party.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.consilium.inference.ModelCard;
import io.consilium.inference.Prediction;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

final class RecordAnswersTest {
  private static final List<String> GRADES = List.of("low", "mid, or so", "high \"up\"");

  private static String printed(
      ModelCard.Output output, BiConsumer<RecordAnswers, PrintWriter> how, double[]... values) {
    ModelCard card =
        new ModelCard(
            "grades",
            1,
            "softmax",
            "job-7",
            "00ff",
            List.of("hospital-a", "hospital-b", "hospital-c"),
            JsonNodeFactory.instance.objectNode(),
            JsonNodeFactory.instance.objectNode(),
            JsonNodeFactory.instance.objectNode(),
            new ModelCard.Features(4, 24, 1),
            output,
            "2026-01-02T03:04:05Z");
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    how.accept(new RecordAnswers(new Prediction(card, values)), out);
    out.flush();
    return text.toString().replace(System.lineSeparator(), "\n");
  }

  @Test
  void namesTheClass() {
    ModelCard.Output output = new ModelCard.Output("class", GRADES, 1, 0);

    String text = printed(output, RecordAnswers::printText, new double[] {1}, new double[] {0});
    String json = printed(output, RecordAnswers::printJson, new double[] {2}, new double[] {0});

    assertThat(text).isEqualTo("record,class\n1,\"mid, or so\"\n2,low\n");
    assertThat(json)
        .isEqualTo(
            """
            {"record":1,"class":"high \\"up\\""}
            {"record":2,"class":"low"}
            """);
  }

  @Test
  void namesTheLikeliestClassesInOrder() {
    ModelCard.Output output = new ModelCard.Output("topK", GRADES, 2, 0);

    assertThat(printed(output, RecordAnswers::printText, new double[] {2, 0}))
        .isEqualTo("record,class 1,class 2\n1,\"high \"\"up\"\"\",low\n");
    assertThat(printed(output, RecordAnswers::printJson, new double[] {0, 1}))
        .isEqualTo("{\"record\":1,\"classes\":[\"low\",\"mid, or so\"]}\n");
  }

  @Test
  void aListOfOneClassIsStillAList() {
    ModelCard.Output output = new ModelCard.Output("topK", GRADES, 1, 0);

    assertThat(printed(output, RecordAnswers::printText, new double[] {0}))
        .isEqualTo("record,class 1\n1,low\n");
    assertThat(printed(output, RecordAnswers::printJson, new double[] {0}))
        .isEqualTo("{\"record\":1,\"classes\":[\"low\"]}\n");
  }

  @Test
  void tellsWhatNumbersAre() {
    List<String> two = List.of("no", "yes");

    assertThat(
            printed(
                new ModelCard.Output("probability", two, 1, 16),
                RecordAnswers::printText,
                new double[] {0.25}))
        .isEqualTo("record,probability of yes\n1,0.2500\n");
    assertThat(
            printed(
                new ModelCard.Output("logits", two, 2, 16),
                RecordAnswers::printText,
                new double[] {-1.5, 3}))
        .isEqualTo("record,logit of no,logit of yes\n1,-1.5000,3.0000\n");
    assertThat(
            printed(
                new ModelCard.Output("logits", two, 1, 16),
                RecordAnswers::printJson,
                new double[] {-1.5}))
        .isEqualTo("{\"record\":1,\"logit of yes\":-1.5}\n");
    assertThat(
            printed(
                new ModelCard.Output("value", List.of(), 1, 16),
                RecordAnswers::printJson,
                new double[] {7.25}))
        .isEqualTo("{\"record\":1,\"value\":7.25}\n");
  }

  @Test
  void aClassWithoutANameKeepsItsNumber() {
    ModelCard.Output output = new ModelCard.Output("class", GRADES, 1, 0);

    assertThat(printed(output, RecordAnswers::printText, new double[] {7}, new double[] {-1}))
        .isEqualTo("record,class\n1,7\n2,-1\n");
  }
}
