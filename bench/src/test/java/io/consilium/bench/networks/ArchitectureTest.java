package io.consilium.bench.networks;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.inference.onnx.ImportOptions;
import io.consilium.inference.onnx.ModelLimits;
import io.consilium.inference.onnx.OnnxFile;
import io.consilium.inference.onnx.OnnxImport;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.proto.TensorProto;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The networks have the sizes that their papers give them. */
final class ArchitectureTest {
  private static final int SIDE = 32;

  @TempDir private Path directory;

  /** Weights as torchvision counts them, with the statistics of normalisations. */
  static Stream<Arguments> networks() {
    return Stream.of(
        Arguments.of(new SqueezeNet(), 1_235_496),
        Arguments.of(new ResNet50(), 25_557_032 + 53_120),
        Arguments.of(new DenseNet121(), 7_978_856 + 83_648));
  }

  private OnnxFile.Model written(Architecture architecture, int side) throws Exception {
    Path model = directory.resolve("model.onnx");
    architecture.write(model, side, 1);
    return OnnxFile.readModel(model, ModelLimits.DEFAULT);
  }

  private static long weights(OnnxFile.Model model) {
    return model.proto().getGraph().getInitializerList().stream()
        .map(TensorProto::getDimsList)
        .mapToLong(dims -> dims.stream().reduce(1L, Math::multiplyExact))
        .sum();
  }

  private static Program translated(OnnxFile.Model model) {
    return OnnxImport.translate(model, ImportOptions.secretWeights(), ModelLimits.DEFAULT);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void haveTheirWeightsAndAreImported(Architecture architecture, long weights) throws Exception {
    OnnxFile.Model model = written(architecture, SIDE);

    assertThat(weights(model)).isEqualTo(weights);
    assertThat(translated(model).outputs().getFirst().value().shape().size())
        .isEqualTo(architecture.classes());
  }

  @Test
  void aVolumeGetsScoresForEveryVoxel() throws Exception {
    Program program = translated(written(new Unet3d(), 16));

    assertThat(program.outputs().getFirst().value().shape().dimensions())
        .containsExactly(1, new Unet3d().classes(), 16, 16, 16);
  }

  /** Random weights of the right scale: activations neither vanish nor explode on the way. */
  @Test
  void scoresAreOfOrderOneAndImagesDiffer() throws Exception {
    Architecture architecture = new SqueezeNet();
    Program program = translated(written(architecture, SIDE));
    double[] image = MadeUpImage.of(architecture, SIDE, 1);
    double[] other = MadeUpImage.of(architecture, SIDE, 2);

    double[] scores = program.evaluate(java.util.List.of(image), (_, _) -> {}).getFirst();

    assertThat(Arrays.stream(scores).max().orElseThrow()).isBetween(0.1, 100.0);
    assertThat(Arrays.stream(image).sum()).isBetween(-1e-6, 1e-6);
    assertThat(image).isNotEqualTo(other);
  }
}
