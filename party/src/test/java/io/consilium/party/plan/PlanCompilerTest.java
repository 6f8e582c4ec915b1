package io.consilium.party.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.datasets.DatasetException;
import io.consilium.datasets.split.PartSizes;
import io.consilium.party.Studies;
import io.consilium.party.policy.OwnData;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a party answers to a manifest, before anything is shared. */
final class PlanCompilerTest {
  private static final List<String> THREE = List.of("hospital-a", "hospital-b", "hospital-c");

  private static ObjectNode network() {
    return Studies.network("perceptron", THREE, THREE);
  }

  private static JobPlan compile(ObjectNode manifest) throws Exception {
    return PlanCompiler.compile(Json.bytes(manifest), new Principal(Role.RESEARCHER, "anna"));
  }

  /** Puts a value at a JSON pointer. */
  private static ObjectNode with(ObjectNode manifest, String pointer, String value)
      throws Exception {
    int last = pointer.lastIndexOf('/');
    JsonNode parent = manifest.at(pointer.substring(0, last));
    ((ObjectNode) parent)
        .set(pointer.substring(last + 1), new ObjectMapper().readTree(value.replace('\'', '"')));
    return manifest;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          /model/layers/3/dense/units | 4 | model.layers: the last layer gives [4], and the label needs [3]
          /model/layers/0/dense/unit | 4 | model.layers[0].dense.unit: unknown key; did you mean 'units'?
          /model/input | [2, 3] | model
          /model/loss | 'softmaxCrosEntropy' | model.loss: 'softmaxCrosEntropy' is not known; did you mean 'softmaxCrossEntropy'?
          /training/learningRate | 1e-12 | training.learningRate: 1.0E-12 cannot be represented with batches of 32 rows
          /training/learningRate | 0 | training.learningRate: must be above 0
          /training/learnigRate | 1 | training.learnigRate: unknown key; did you mean 'learningRate'?
          /training/earlyStopping | {'metric': 'auc', 'patience': 2} | training.earlyStopping.metric: 'auc' is opened after every epoch, so the list 'disclosures' must have it
          /training/crossValidation | {'fold': 2} | training.crossValidation.fold: unknown key; did you mean 'folds'?
          /serving/output | 'klass' | serving.output: 'klass' is not known; did you mean 'class'?
          /serving/output | 'value' | serving.output: a model that predicts classes cannot answer with 'value', only with logits, probabilities, class, topK
          /serving/outputs | 'class' | serving.outputs: unknown key; did you mean 'output'?
          /serving/output | 'topK' | serving: needs the key 'k'
          /serving/k | 2 | serving.k: goes with output: topK only
          /serving | {'allowed': true, 'output': 'class', 'k': 2} | serving.k: goes with output: topK only
          /serving | {'allowed': true, 'output': 'topK', 'k': 4} | serving.k: must be a whole number from 1 to 3
          /precision/fractionBits | 25 | precision.fractionBits: must be a whole number from 8 to 24
          """)
  void refusesWithThePlaceOfTheMistake(String pointer, String value, String problem)
      throws Exception {
    ObjectNode manifest = with(network(), pointer, value);

    assertThatThrownBy(() -> compile(manifest))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(problem);
    // The researcher is told the same before anything is submitted.
    assertThatThrownBy(() -> Forecast.of(Json.bytes(manifest), OptionalInt.empty()))
        .hasMessageContaining(problem);
  }

  @Test
  void tellsTheOfficerWhatControlOpens() throws Exception {
    ObjectNode manifest =
        with(network(), "/training/earlyStopping", "{'metric': 'accuracy', 'patience': 3}");

    JobPlan plan = compile(with(manifest, "/training/crossValidation", "{'folds': 5}"));

    assertThat(plan.facts(new OwnData.None()))
        .contains(
            "It opens accuracy after every epoch and may stop early; after which epoch is public.",
            "It first trains 5 models more, each without a fold of the records, and opens the"
                + " metrics of each.");
    assertThat(plan.digest()).isNotEqualTo(compile(network()).digest());
  }

  @Test
  void tellsTheOfficerHowTheRecordsAreDivided() throws Exception {
    JobPlan plan = compile(with(network(), "/training/crossValidation", "{'folds': 5}"));
    OwnData own =
        new OwnData.Declared(List.of(), Optional.of(new PartSizes(300, 100)), OptionalInt.of(5));

    assertThat(plan.facts(own))
        .contains(
            "Its split: 0.75 of each site's records are for training and the others for validation,"
                + " chosen by the seed 7, stratified.",
            "This site would share at least 300 records for training (at least 60 in each fold) and"
                + " 100 for validation.");
    assertThat(plan.division())
        .endsWith("stratified by grade[low, mid, high]; 5 folds by the seed 42");
  }

  @Test
  void theManifestSaysWhatAnswersTell() throws Exception {
    JobPlan usual = compile(network());
    JobPlan best = compile(with(network(), "/serving/output", "'class'"));
    JobPlan two =
        compile(with(network(), "/serving", "{'allowed': true, 'output': 'topK', 'k': 2}"));

    assertThat(usual.summary().answers()).contains("probabilities");
    assertThat(usual.facts(new OwnData.None()))
        .contains(
            "An answer tells the client the probabilities of all classes, and nobody else"
                + " anything.");
    assertThat(best.facts(new OwnData.None()))
        .contains(
            "An answer tells the client the class and nothing more, and nobody else anything.");
    assertThat(two.facts(new OwnData.None()))
        .contains(
            "An answer tells the client the 2 likeliest classes in order, and nobody else"
                + " anything.");
    assertThat(best.auditDetail()).containsEntry("output", "class");
    assertThat(best.digest()).isNotIn(usual.digest(), two.digest());
  }

  @Test
  void aPredictedNumberIsToldAsItIs() throws Exception {
    ObjectNode usual = Studies.linear("scores", THREE, THREE);
    ObjectNode said = with(Studies.linear("scores", THREE, THREE), "/serving/output", "'value'");
    ObjectNode wrong = with(Studies.linear("scores", THREE, THREE), "/serving/output", "'class'");

    assertThat(compile(usual).summary().answers()).contains("value");
    assertThat(compile(said).summary().answers()).contains("value");
    assertThatThrownBy(() -> compile(wrong))
        .hasMessage(
            "serving.output: a model that predicts a number cannot answer with 'class', only with"
                + " value");
  }
}
