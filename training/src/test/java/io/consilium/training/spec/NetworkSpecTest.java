package io.consilium.training.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.protocols.Shape;
import io.consilium.training.network.Adam;
import io.consilium.training.network.AveragePool;
import io.consilium.training.network.BatchNorm;
import io.consilium.training.network.BinaryCrossEntropy;
import io.consilium.training.network.ClippedGradients;
import io.consilium.training.network.Concatenation;
import io.consilium.training.network.Conv;
import io.consilium.training.network.Dense;
import io.consilium.training.network.Dropout;
import io.consilium.training.network.Flatten;
import io.consilium.training.network.Gelu;
import io.consilium.training.network.GlobalAveragePool;
import io.consilium.training.network.HuberLoss;
import io.consilium.training.network.Initialisation;
import io.consilium.training.network.LeakyRelu;
import io.consilium.training.network.MaxPool;
import io.consilium.training.network.MeanSquaredError;
import io.consilium.training.network.Relu;
import io.consilium.training.network.Residual;
import io.consilium.training.network.Sigmoid;
import io.consilium.training.network.Softmax;
import io.consilium.training.network.SoftmaxCrossEntropy;
import io.consilium.training.network.Tanh;
import io.consilium.training.network.Window;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NetworkSpecTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static ModelSpec model(String keys, int classes) throws Exception {
    ObjectNode json = (ObjectNode) JSON.readTree(("{" + keys + "}").replace('\'', '"'));
    json.put("type", "network");
    return ModelSpec.parse(json, classes);
  }

  private static Neural network(String keys, int classes) throws Exception {
    return (Neural) model(keys, classes);
  }

  @Test
  void readsConvolutionsAndPools() throws Exception {
    Neural spec =
        network(
            """
            'input': [1, 12, 12],
            'layers': [{'conv': {'filters': 4, 'kernel': [5, 5], 'init': 'he'}},
                       {'maxPool': {'size': [2, 2]}}, 'relu',
                       {'conv': {'filters': 6, 'kernel': [3, 3], 'stride': [1, 2],
                                 'padding': [1, 1], 'groups': 2}},
                       {'averagePool': {'size': [2, 1], 'stride': [1, 1]}},
                       'globalAveragePool', {'dense': {'units': 3}}],
            'loss': 'softmaxCrossEntropy'
            """,
            3);

    assertThat(spec.layers())
        .containsExactly(
            new Conv(4, Window.of(5, 5), 1, Initialisation.HE),
            new MaxPool(Window.of(2, 2).withStride(2, 2)),
            new Relu(),
            new Conv(
                6, Window.of(3, 3).withStride(1, 2).withPadding(1, 1), 2, Initialisation.GLOROT),
            new AveragePool(Window.of(2, 1)),
            new GlobalAveragePool(),
            new Dense(3, Initialisation.GLOROT));
    assertThat(spec.network(144).output()).isEqualTo(Shape.vector(3));
    assertThat(ModelSpec.parse(spec.toJson(), 3)).isEqualTo(spec);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'filters': 4}                                     | model.layers[0].conv: needs the key 'kernel'
          {'filters': 4, 'kernel': 5}                        | must be a list of numbers
          {'filters': 4, 'kernel': [5, 0]}                   | must be whole numbers from 1
          {'filters': 4, 'kernel': [1, 1, 1, 1]}             | must have 1 to 3 numbers
          {'filters': 4, 'kernel': [5, 5], 'stride': [1]}    | model.layers[0].conv.stride: must have 2 numbers
          {'filters': 4, 'kernel': [5, 5], 'strides': [1]}   | strides
          """)
  void namesWhatIsWrongWithAWindow(String conv, String message) {
    assertThatThrownBy(() ->
            network(
                "'input': [1, 12, 12], 'layers': [{'conv': %s}], 'loss': 'softmaxCrossEntropy'"
                    .formatted(conv),
                3))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining(message);
  }

  @Test
  void readsEveryLayerInEveryForm() throws Exception {
    Neural spec =
        network(
            """
            'input': [2, 4],
            'layers': ['flatten', {'dense': {'units': 8, 'init': 'he'}}, 'relu',
                       {'leakyRelu': {'slope': 0.25}}, {'leakyRelu': null},
                       {'dropout': {'probability': 0.5, 'seed': 9}}, 'gelu', 'softmax', 'batchNorm',
                       {'batchNorm': {'momentum': 0.99, 'epsilon': 0.01, 'frozen': true}},
                       {'residual': [{'type': 'dense', 'units': 8}, 'tanh']},
                       {'type': 'residual', 'layers': ['sigmoid']},
                       {'concatenation': [[{'dense': {'units': 3}}], []]},
                       {'type': 'dense', 'units': 3}],
            'loss': 'softmaxCrossEntropy'
            """,
            3);

    Dense eight = new Dense(8, Initialisation.GLOROT);
    assertThat(spec)
        .isEqualTo(
            new Neural(
                Optional.of(new Shape(List.of(2, 4))),
                List.of(
                    new Flatten(),
                    new Dense(8, Initialisation.HE),
                    new Relu(),
                    new LeakyRelu(0.25),
                    new LeakyRelu(0.01),
                    new Dropout(0.5, 9),
                    new Gelu(),
                    new Softmax(),
                    new BatchNorm(0.9, 1e-3, false),
                    new BatchNorm(0.99, 0.01, true),
                    new Residual(List.of(eight, new Tanh())),
                    new Residual(List.of(new Sigmoid())),
                    new Concatenation(
                        List.of(List.of(new Dense(3, Initialisation.GLOROT)), List.of())),
                    new Dense(3, Initialisation.GLOROT)),
                new SoftmaxCrossEntropy(),
                3));
    assertThat(spec.network(8).output()).isEqualTo(Shape.vector(3));
    assertThat(ModelSpec.parse(spec.toJson(), 3)).isEqualTo(spec);
  }

  @Test
  void readsEveryLoss() throws Exception {
    String layers = "'layers': [{'dense': {'units': 1}}], 'loss': ";

    assertThat(network(layers + "'binaryCrossEntropy'", 2).loss())
        .isEqualTo(new BinaryCrossEntropy());
    assertThat(network(layers + "'meanSquaredError'", 0).loss()).isEqualTo(new MeanSquaredError());
    assertThat(network(layers + "'huber'", 0).loss()).isEqualTo(new HuberLoss(1));
    assertThat(network(layers + "{'huber': {'bound': 0.5}}", 0).loss())
        .isEqualTo(new HuberLoss(0.5));
    Neural tagged = network(layers + "{'type': 'huber', 'bound': 2}", 0);
    assertThat(tagged.loss()).isEqualTo(new HuberLoss(2));
    assertThat(ModelSpec.parse(tagged.toJson(), 0)).isEqualTo(tagged);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ['relu', 'relu', {'dense': {'unitz': 3}}]  | model.layers[2].dense.unitz: unknown key; did you mean 'units'?
          [{'type': 'dense', 'unit': 3}]             | model.layers[0].unit: unknown key; did you mean 'units'?
          [{'dense': {}}]                            | model.layers[0].dense: needs the key 'units'
          [{'dense': {'units': 0}}]                  | model.layers[0].dense.units: must be a whole number from 1 to 16384
          [{'dense': {'units': 3, 'init': 'hee'}}]   | model.layers[0].dense.init: 'hee' is not known; did you mean 'he'?
          [{'dense': null, 'units': 3}]              | model.layers[0]: must be a word, a mapping with a single key
          [7]                                        | model.layers[0]: must be a word
          ['rel']                                    | model.layers[0]: 'rel' is not known; did you mean 'relu'?
          [{'densee': {'units': 3}}]                 | model.layers[0].densee: 'densee' is not known; did you mean 'dense'?
          [{'type': 'lstm', 'units': 3}]             | model.layers[0].type: 'lstm' is not known; known here: dense
          [{'leakyRelu': {'slope': 1}}]              | model.layers[0].leakyRelu.slope: must be from 0 and below 1
          [{'batchNorm': {'momentum': 1}}]           | model.layers[0].batchNorm.momentum: must be from 0 and below 1
          [{'batchNorm': {'epsilon': 1e-5}}]         | model.layers[0].batchNorm.epsilon: must be from 1.0E-4 and at most 1
          ['dropout']                                | model.layers[0].dropout: needs the key 'probability'
          [{'dropout': {'probability': 1}}]          | model.layers[0].dropout.probability: must be from 0 and below 1
          [{'residual': ['tanhh']}]                  | model.layers[0].residual.layers[0]: 'tanhh' is not known; did you mean 'tanh'?
          [{'residual': []}]                         | model.layers[0].residual.layers: must not be empty
          [{'concatenation': [['relu'], 'relu']}]    | model.layers[0].concatenation.branches[1]: must be a list
          {'dense': {'units': 3}}                    | model.layers: must be a list
          """)
  void namesTheWrongLayer(String layers, String problem) {
    assertThatThrownBy(
            () -> model("'loss': 'softmaxCrossEntropy', 'layers': " + unquoted(layers), 3))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [{'dense': {'units': 3}}, {'residual': [{'dense': {'units': 4}}]}] | model.layers[1]: a residual makes [4] of [3]
          [{'residual': [{'residual': [{'dense': {'units': 4}}]}]}]          | model.layers[0].residual[0]: a residual makes [4] of [6]
          [{'dense': {'units': 4}}]                                          | model.layers: the last layer gives [4], and the label needs [3]
          ['relu', 'relu']                                                   | model.layers: the last layer gives [6], and the label needs [3]
          [{'dense': {'units': 4096}}, {'dense': {'units': 4096}}, {'dense': {'units': 3}}] | model.layers: 16822275 parameters; there may be at most
          """)
  void namesTheLayerThatDoesNotFit(String layers, String problem) throws Exception {
    Neural spec = network("'loss': 'softmaxCrossEntropy', 'layers': " + unquoted(layers), 3);

    assertThatThrownBy(() -> spec.network(6))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void anInputShapeMustHoldTheFeatures() throws Exception {
    String rest = ", 'loss': 'softmaxCrossEntropy', 'layers': [{'dense': {'units': 3}}]";

    assertThatThrownBy(() -> network("'input': [2, 4]" + rest, 3).network(9))
        .hasMessage("model.input: [2, 4] is 8 values, and the schema has 9 features");
    assertThatThrownBy(() -> network("'input': [2, 4]" + rest, 3).network(8))
        .hasMessage("model.layers[0]: a dense layer takes vectors, not [2, 4]");
    assertThatThrownBy(() -> network("'input': [0]" + rest, 3))
        .hasMessageContaining("model.input: must be a list of 1 to 4 whole numbers");
  }

  @Test
  void aLossMustFitTheLabel() {
    String layers = "'layers': ['relu'], 'loss': ";

    assertThatThrownBy(() -> model(layers + "'softmaxCrossEntropy'", 0))
        .hasMessageContaining("model.loss: the label of the schema is a number");
    assertThatThrownBy(() -> model(layers + "'binaryCrossEntropy'", 3))
        .hasMessageContaining("needs two categories; try softmaxCrossEntropy");
    assertThatThrownBy(() -> model(layers + "'huber'", 2))
        .hasMessageContaining("model.loss: the label of the schema is one of 2 categories");
    assertThatThrownBy(() -> model(layers + "'hubert'", 0))
        .hasMessageContaining("model.loss: 'hubert' is not known; did you mean 'huber'?");
    assertThatThrownBy(() -> model(layers + "{'huber': {'bound': 0}}", 0))
        .hasMessageContaining("model.loss.huber.bound: must be above 0");
    assertThatThrownBy(() -> model("'layers': ['relu']", 0))
        .hasMessageContaining("model: needs the key 'loss'");
    assertThatThrownBy(() -> model("'loss': 'huber'", 0))
        .hasMessageContaining("model: needs the key 'layers'");
    assertThatThrownBy(() -> model("'layer': [], 'loss': 'huber'", 0))
        .hasMessageContaining("model.layer: unknown key; did you mean 'layers'?");
  }

  private static ProgramSpec training(String model, String keys) throws Exception {
    String text =
        "{'model': %s, 'training': {'epochs': 1, 'batchSize': 32, 'learningRate': 0.1, %s}}"
            .formatted(model, keys);
    JsonNode manifest = JSON.readTree(text.replace('\'', '"'));
    return ProgramSpec.parse(manifest, 2);
  }

  private static ProgramSpec training(String keys) throws Exception {
    String layers = "[{'dense': {'units': 1}}]";
    return training(
        "{'type': 'network', 'loss': 'binaryCrossEntropy', 'layers': " + layers + "}", keys);
  }

  @Test
  void readsTheOptimiser() throws Exception {
    TrainingSpec all =
        training("'optimiser': {'type': 'sgd', 'momentum': 0.9, 'nesterov': true, 'clip': 0.5}")
            .training();

    assertThat(all.momentum()).isEqualTo(0.9);
    assertThat(all.optimiser()).isEqualTo(new OptimiserSpec.Sgd(0.9, true));
    assertThat(all.clip()).hasValue(0.5);
    assertThat(training("'optimiser': 'sgd', 'momentum': 0.5").training().momentum())
        .isEqualTo(0.5);
    ProgramSpec logistic =
        training("{'type': 'logistic'}", "'optimiser': {'type': 'sgd', 'momentum': 0.25}");
    assertThat(logistic.training().momentum()).isEqualTo(0.25);
  }

  @Test
  void readsAdamAndAmsgrad() throws Exception {
    TrainingSpec adam = training("'optimiser': 'adam', 'l2': 0.01").training();
    TrainingSpec amsgrad =
        training(
                "'optimiser': {'type': 'amsgrad', 'beta1': 0.8, 'beta2': 0.99, 'epsilon': 0.001,"
                    + " 'clip': 2}")
            .training();

    assertThat(adam.networkOptimiser(32)).isEqualTo(new Adam(0.1, 0.9, 0.999, 1e-4, 0.01, false));
    assertThat(amsgrad.networkOptimiser(32))
        .isEqualTo(new ClippedGradients(new Adam(0.1, 0.8, 0.99, 0.001, 0, true), 2));
    assertThat(amsgrad.optimiser().toJson().toString())
        .isEqualTo(
            "{'type':'amsgrad','beta1':0.8,'beta2':0.99,'epsilon':0.001}".replace('\'', '"'));
    assertThatThrownBy(() -> training("{'type': 'logistic'}", "'optimiser': 'adam'"))
        .hasMessageContaining("are offered for a network, not for a logistic model");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          'optimiser': 'adem'                                     | training.optimiser: 'adem' is not known; did you mean 'adam'?
          'optimiser': 'adam', 'momentum': 0.5                    | training.momentum: belongs to sgd; adam and amsgrad have beta1
          'optimiser': {'adam': {'momentum': 0.9}}                | training.optimiser.adam.momentum: unknown key
          'optimiser': {'adam': {'beta2': 1}}                     | training.optimiser.adam.beta2: must be from 0 and at most 0.9999
          'optimiser': {'adam': {'beta1': 0.9, 'beta2': 0.8}}     | training.optimiser.adam.beta1: must be from 0 and at most 0.8
          'optimiser': {'amsgrad': {'epsilon': 1e-8}}             | training.optimiser.amsgrad.epsilon: must be from 1.1E-5 and at most 1.0
          'optimiser': {'type': 'sgd', 'momentun': 0.9}           | training.optimiser.momentun: unknown key; did you mean 'momentum'?
          'optimiser': {'type': 'sgd', 'momentum': 1}             | training.optimiser.momentum: must be from 0 and at most 0.99
          'optimiser': {'sgd': {'clip': 0}}                       | training.optimiser.sgd.clip: must be above 0 and at most 512.0
          'momentum': 0.5, 'optimiser': {'sgd': {'momentum': 0}}  | is also given as training.momentum
          """)
  void namesWhatTheOptimiserDoesNotHave(String keys, String problem) {
    assertThatThrownBy(() -> training(unquoted(keys)))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void nesterovAndClippingAreForNetworks() {
    for (String key : List.of("'nesterov': true", "'clip': 1")) {
      assertThatThrownBy(
              () -> training("{'type': 'logistic'}", "'optimiser': {'type': 'sgd', " + key + "}"))
          .hasMessageContaining("are offered for a network, not for a logistic model");
    }
  }

  /** The quote of the table is a quote of JSON already. */
  private static String unquoted(String text) {
    return text.replace("''", "'");
  }
}
