package io.consilium.training.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProgramSpecTest {
  private static ProgramSpec parse(String json, int classes) throws Exception {
    return ProgramSpec.parse(new ObjectMapper().readTree(json.replace('\'', '"')), classes);
  }

  private static ProgramSpec training(String json) throws Exception {
    return parse("{'model': {'type': 'logistic'}, 'training': " + json + "}", 2);
  }

  @Test
  void readsAManifest() throws Exception {
    ProgramSpec spec =
        parse(
            """
            {'kind': 'train', 'name': 'heart-risk', 'model': {'type': 'softmax', 'classes': 3},
             'preprocessing': {'standardise': false},
             'training': {'epochs': 20, 'batchSize': 64, 'learningRate': 0.1,
                          'schedule': {'type': 'step', 'every': 5, 'factor': 0.2},
                          'momentum': 0.9, 'l2': 0.001, 'classWeights': [1, 2.5, 4], 'seed': 42},
             'precision': {'fractionBits': 18}}
            """,
            3);

    assertThat(spec)
        .isEqualTo(
            new ProgramSpec(
                new ModelSpec.Softmax(3),
                false,
                new TrainingSpec(
                    20,
                    64,
                    0.1,
                    new Schedule.Step(5, 0.2),
                    0.9,
                    0.001,
                    new ClassWeights.Given(List.of(1.0, 2.5, 4.0)),
                    42,
                    18)));
  }

  @Test
  void fillsInDefaults() throws Exception {
    ProgramSpec spec = training("{'epochs': 1, 'batchSize': 8, 'learningRate': 0.5}");

    assertThat(spec)
        .isEqualTo(new ProgramSpec(new ModelSpec.Logistic(), true, TrainingSpec.of(1, 8, 0.5, 0)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'epochs': 1, 'batchSize': 8}                                        | training: needs the key 'learningRate'
          {'epochs': 0, 'batchSize': 8, 'learningRate': 0.5}                   | training.epochs: must be a whole number from 1
          {'epochs': 1, 'batchSize': 0, 'learningRate': 0.5}                   | training.batchSize: must be a whole number from 1
          {'epochs': 1, 'batchSize': 1.5, 'learningRate': 0.5}                 | training.batchSize: must be a whole number
          {'epochs': 1, 'batchSize': 8, 'learningRate': 0}                     | training.learningRate: must be above 0
          {'epochs': 1, 'batchSize': 8, 'learningRate': '0.1'}                 | training.learningRate: must be a number
          {'epochs': 1, 'batchSize': 8, 'learningRate': 0.1, 'momentum': 1}    | training.momentum: must be from 0 and at most 0.99
          {'epochs': 1, 'batchSize': 8, 'learningRate': 0.1, 'l2': -1}         | training.l2: must be from 0
          {'epochs': 1, 'batchsize': 8, 'learningRate': 0.1}                   | training.batchsize: unknown key; did you mean 'batchSize'?
          {'epochs': 1, 'batchSize': 8, 'learningRte': 0.1}                    | training.learningRte: unknown key; did you mean 'learningRate'?
          {'epochs': 1, 'batchSize': 8, 'optimizer': 'adam'}                   | training.optimizer: unknown key; did you mean 'optimiser'?
          {'epochs': 1, 'batchSize': 8, 'learningRate': 1, 'schedule': 'cosin'}| training.schedule: 'cosin' is not known; did you mean 'cosine'?
          {'epochs': 1, 'batchSize': 8, 'learningRate': 1, 'schedule': {'type': 'cosine', 'every': 2}} | belong to the schedule step
          {'epochs': 1, 'batchSize': 8, 'learningRate': 1, 'schedule': {'type': 'step', 'factor': 2}} | training.schedule.factor: must be above 0
          {'epochs': 1, 'batchSize': 8, 'learningRate': 1, 'classWeights': [1]} | training.classWeights: must be one number for each of 2 classes
          {'epochs': 1, 'batchSize': 8, 'learningRate': 1, 'classWeights': [1, -2]} | training.classWeights[1]: must be from 0
          {'epochs': 1, 'batchSize': 8, 'learningRate': 1, 'classWeights': 'balance'} | did you mean 'balanced'?
          {'epochs': 1, 'batchSize': 8, 'learningRate': 1, 'seed': 'x'}        | training.seed: must be a whole number
          """)
  void namesTheWrongKey(String json, String problem) {
    assertThatThrownBy(() -> training(json.replace("''", "'")))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void aModelMustFitTheLabel() {
    String training = ", 'training': {'epochs': 1, 'batchSize': 8, 'learningRate': 1}}";

    assertThatThrownBy(() -> parse("{'model': {'type': 'logistic'}" + training, 3))
        .hasMessageContaining("model.type: a logistic model needs a label of two categories");
    assertThatThrownBy(() -> parse("{'model': {'type': 'linear'}" + training, 2))
        .hasMessageContaining("model.type: a linear model needs a number as label");
    assertThatThrownBy(() -> parse("{'model': {'type': 'softmax', 'classes': 4}" + training, 3))
        .hasMessageContaining("model.classes: the label of the schema has 3 categories");
    assertThatThrownBy(() -> parse("{'model': {'type': 'logistics'}" + training, 2))
        .hasMessageContaining("did you mean 'logistic'?");
    assertThatThrownBy(() -> parse("{'model': {'type': 'logistic'}}", 2))
        .hasMessageContaining("training: the manifest needs this key");
  }

  @Test
  void schedulesFollowTheirDefinition() {
    assertThat(new Schedule.Step(3, 0.5).factor(7, 10)).isEqualTo(0.25);
    assertThat(new Schedule.Cosine().factor(0, 10)).isEqualTo(1);
    assertThat(new Schedule.Cosine().factor(5, 10)).isCloseTo(0.5, Offset.offset(1e-12));
    assertThat(new Schedule.Constant().factor(5, 10)).isEqualTo(1);
    Schedule warm = new Schedule.WarmUp(3, new Schedule.Cosine());
    assertThat(IntStream.range(0, 4).mapToDouble(e -> warm.factor(e, 13)))
        .containsExactly(0.25, 0.5, 0.75, 1.0);
    assertThat(warm.factor(8, 13)).isEqualTo(new Schedule.Cosine().factor(5, 10));
  }

  @Test
  void readsAndWritesAWarmUp() throws Exception {
    ObjectMapper json = new ObjectMapper();
    for (String rest : List.of("'type': 'cosine'", "'type': 'step', 'every': 2, 'factor': 0.5")) {
      JsonNode text = json.readTree(("{" + rest + ", 'warmUp': 2}").replace('\'', '"'));
      Schedule schedule = Schedule.parse(text, "training.schedule", 5);

      assertThat(schedule.factor(0, 5)).isEqualTo(1 / 3.0);
      assertThat(schedule.factor(2, 5)).isEqualTo(1);
      assertThat(Schedule.parse(schedule.toJson(), "training.schedule", 5)).isEqualTo(schedule);
      assertThatThrownBy(() -> Schedule.parse(text, "training.schedule", 2))
          .hasMessageContaining("training.schedule.warmUp: must leave some of the 2 epochs");
    }
  }
}
