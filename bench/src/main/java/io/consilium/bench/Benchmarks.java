package io.consilium.bench;

import io.consilium.bench.networks.DenseNet121;
import io.consilium.bench.networks.ResNet50;
import io.consilium.bench.networks.SqueezeNet;
import io.consilium.bench.networks.Unet3d;
import io.consilium.bench.networks.Vgg19;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** All benchmarks, in the order in which they run. */
final class Benchmarks {
  private static final int BATCH_SIZE = 128;
  private static final int CLIENTS = 64;
  private static final int IMAGE_SIDE = 224;
  private static final int VOLUME_SIDE = 64;

  /** Times what the parties can answer. */
  private static final double OVERLOAD = 2;

  private final List<Benchmark> all;

  private Benchmarks(List<Benchmark> all) {
    this.all = List.copyOf(all);
  }

  /** All benchmarks as far as nothing is written for them. */
  static Benchmarks of(OptionalInt size) {
    return of(size, Path.of(""));
  }

  /**
   * All benchmarks.
   *
   * @param size elements, side of the matrices or rows of the batch in place of what the name says;
   *     for tests
   * @param files the folder of what benchmarks write before they start
   */
  static Benchmarks of(OptionalInt size, Path files) {
    int million = size.orElse(1_000_000);
    int batchSize = size.orElse(BATCH_SIZE);
    int side = size.orElse(IMAGE_SIDE);
    return new Benchmarks(
        List.of(
            new RingProduct("gemm-512", size.orElse(512)),
            new Signs("compare-1e6", million),
            new Rectification("relu-1e6", million),
            new Product("product-1e6", million),
            new MatrixProduct("matmul-1000", size.orElse(1000)),
            new LogisticStep("logistic-10", 10, batchSize),
            new LogisticStep("logistic-100", 100, batchSize),
            new LogisticStep("logistic-1000", 1000, batchSize),
            new MlpStep("mlp-step", batchSize),
            new LenetStep("lenet-step", batchSize),
            new ImageNetwork("squeezenet", new SqueezeNet(), side, 8, files),
            new ImageNetwork("resnet50", new ResNet50(), side, 4, files),
            new ImageNetwork("densenet121", new DenseNet121(), side, 4, files),
            new ImageNetwork("vgg19", new Vgg19(), side, 2, files),
            new ImageNetwork("unet3d", new Unet3d(), size.orElse(VOLUME_SIDE), 1, files),
            new Benchmark.Serving(
                "serving-logistic",
                ServedExample.LOGISTIC,
                new ServingLoad(CLIENTS, size.orElse(100_000), 0)),
            new Benchmark.Serving(
                "serving-cnn", ServedExample.CNN, new ServingLoad(CLIENTS, size.orElse(2_000), 0)),
            new Benchmark.Serving(
                "serving-import",
                ServedExample.IMPORTED,
                new ServingLoad(CLIENTS, size.orElse(2_000), 0)),
            new Benchmark.Serving(
                "serving-overload",
                ServedExample.LOGISTIC,
                new ServingLoad(CLIENTS, size.orElse(20_000), OVERLOAD))));
  }

  List<String> names() {
    return all.stream().map(Benchmark::name).toList();
  }

  Optional<Benchmark> find(String name) {
    return all.stream().filter(benchmark -> benchmark.name().equals(name)).findFirst();
  }
}
