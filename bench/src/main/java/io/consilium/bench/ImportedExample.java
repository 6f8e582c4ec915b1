package io.consilium.bench;

import io.consilium.bench.networks.MadeUpImage;
import io.consilium.bench.networks.SmallCnn;
import io.consilium.inference.ImportedModels;
import io.consilium.inference.ModelAsset;
import io.consilium.inference.ModelCard;
import io.consilium.inference.NetworkAnswer;
import io.consilium.inference.NetworkCard;
import io.consilium.inference.NetworkQuestion;
import io.consilium.inference.Prediction;
import io.consilium.inference.PredictionException;
import io.consilium.inference.StoredTensor;
import io.consilium.inference.onnx.CalibratedModel;
import io.consilium.inference.onnx.ModelLimits;
import io.consilium.inference.onnx.OnnxFile;
import io.consilium.inference.onnx.SampleFolder.DataSet;
import io.consilium.inference.onnx.SharedNetwork;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** A made-up ONNX model, as its import leaves it at the parties. */
final class ImportedExample implements ServedExample {
  private static final long SEED = 20261126;
  private static final int SIDE = 28;

  /** Deviations of a pixel, beyond which the samples do not reach. */
  private static final double PIXEL_MAX = 2;

  /** They choose the ranges, so they are more and others than those that are asked about. */
  private static final int SAMPLES = 512;

  private final SharedNetwork.Owned owned;
  private final Program inTheClear;
  private final ModelCard card;

  private ImportedExample(SharedNetwork.Owned owned, Program inTheClear) {
    this.owned = owned;
    this.inTheClear = inTheClear;
    this.card =
        ImportedModels.card(
            new ImportedModels.Origin(
                MODEL,
                1,
                MODEL,
                owned.network().planDigest(),
                ServedExample.computeParties(),
                CREATED),
            owned.network(),
            NetworkCard.of(
                owned.network(),
                ServedExample.computeParties().getFirst(),
                List.of(),
                NetworkCard.Pixels.UNIT),
            List.of());
  }

  /** The layers of {@link TrainedExample#cnn}. */
  static ServedExample cnn() {
    try {
      OnnxFile.Model model = OnnxFile.readModel(written(), ModelLimits.DEFAULT);
      List<DataSet> samples =
          IntStream.range(0, SAMPLES)
              .mapToObj(i -> new DataSet(List.of(image(-1 - i)), List.of()))
              .toList();
      CalibratedModel calibrated = CalibratedModel.of(model, samples, SAMPLES);
      return new ImportedExample(SharedNetwork.own(model, calibrated), calibrated.program());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Weights are read whenever they are needed, so the files stay as long as the process. */
  private static Path written() throws IOException {
    Path directory = Files.createTempDirectory("consilium-bench");
    directory.toFile().deleteOnExit();
    Path file = directory.resolve("model.onnx");
    new SmallCnn().write(file, SIDE, SEED);
    file.toFile().deleteOnExit();
    file.resolveSibling(file.getFileName() + ".data").toFile().deleteOnExit();
    return file;
  }

  private static Tensor image(int number) {
    double[] pixels = MadeUpImage.of(1, 2, SIDE, SEED + number);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = Math.clamp(pixels[i], -PIXEL_MAX, PIXEL_MAX);
    }
    return new Tensor(ElementType.FLOAT, new Shape(List.of(1, 1, SIDE, SIDE)), pixels);
  }

  @Override
  public ModelCard card() {
    return card;
  }

  @Override
  public ModelAsset asset(ComputeParty party) {
    SplittableRandom random = new SplittableRandom(SEED);
    List<StoredTensor> tensors = new ArrayList<>();
    for (int i = 0; i < owned.codes().size(); i++) {
      SharedNetwork.Shared shared = owned.network().shared().get(i);
      tensors.add(
          new StoredTensor(
              shared.name(),
              shared.shape(),
              shared.format(),
              ServedExample.split(owned.codes().get(i), random, party)));
    }
    return new ModelAsset(card, tensors);
  }

  @Override
  public List<Asked> asked(int count) {
    return IntStream.range(0, count).mapToObj(i -> asked(image(i))).toList();
  }

  private Asked asked(Tensor image) {
    try {
      double[] answer = inTheClear.evaluate(List.of(image.elements()), (_, _) -> {}).getFirst();
      return new Asked(NetworkQuestion.of(card, List.of(List.of(image))), answer);
    } catch (PredictionException e) {
      throw new IllegalStateException("a sample does not fit its own network", e);
    }
  }

  @Override
  public double[] answer(Prediction prediction) {
    return NetworkAnswer.of(prediction).getFirst().outputs().getFirst().elements();
  }
}
