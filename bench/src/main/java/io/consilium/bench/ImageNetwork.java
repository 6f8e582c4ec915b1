package io.consilium.bench;

import io.consilium.bench.networks.Agreement;
import io.consilium.bench.networks.Architecture;
import io.consilium.bench.networks.PreparedNetwork;
import io.consilium.inference.onnx.program.SecretRun;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.rep3.Rep3Backend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The scores of one image by an imported network. Its weights are shared by P1, who owns them, and
 * the image by P0; the other parties have neither.
 *
 * @param checked images whose scores are compared with those in floating point
 * @param files where the network is prepared
 */
record ImageNetwork(String name, Architecture architecture, int side, int checked, Path files)
    implements Benchmark.Secure {
  private static final ComputeParty CLIENT = ComputeParty.P0;
  private static final ComputeParty OWNER = ComputeParty.P1;
  private static final int CALIBRATING = 2;

  /** What a party may take of the heap, so that all of it stays below 4 GiB. */
  private static final String HEAP = "-Xmx3584m";

  @Override
  public void makeFiles() throws IOException {
    PreparedNetwork.write(
        architecture, side, CALIBRATING, checked, Files.createDirectories(directory()));
  }

  private Path directory() {
    return files.resolve(name);
  }

  private PreparedNetwork network() {
    try {
      return PreparedNetwork.read(directory());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<String> partyOptions() {
    return List.of(HEAP);
  }

  @Override
  public Task prepare(Rep3Backend b) {
    return new Prediction(b, network());
  }

  @Override
  public Task plaintext() {
    PreparedNetwork network = network();
    List<double[]> image = List.of(network.images().getFirst());
    return () -> {
      var _ = network.program().evaluate(image, (_, _) -> {});
    };
  }

  private final class Prediction implements Task {
    private final Rep3Backend b;
    private final PreparedNetwork network;
    private final List<SecretTensor> weights = new ArrayList<>();
    private final SecretTensor first;
    private SecretTensor scores;

    Prediction(Rep3Backend b, PreparedNetwork network) {
      this.b = b;
      this.network = network;
      for (Value weight : network.program().weights()) {
        weights.add(shared(OWNER, weight, isOwner() ? weight.known().elements() : new double[0]));
      }
      this.first = image(0);
      this.scores = first;
    }

    private boolean isOwner() {
      return b.self() == OWNER;
    }

    private SecretTensor image(int i) {
      Value input = network.program().inputs().getFirst().value();
      return shared(CLIENT, input, network.images().get(i));
    }

    private SecretTensor shared(ComputeParty holder, Value value, double[] elements) {
      FixedPoint format = SecretRun.format(network.ranges(), value);
      long[] codes = b.self() == holder ? format.encode(elements) : new long[0];
      return b.input(holder, value.shape(), format, codes);
    }

    private SecretTensor scores(SecretTensor image) {
      return new SecretRun(network.program(), network.ranges(), b)
          .run(List.of(image), weights, SecretRun.Observer.NONE)
          .getFirst();
    }

    @Override
    public void run() {
      scores = scores(first);
    }

    @Override
    public void check() {
      List<double[]> actual = new ArrayList<>();
      actual.add(opened(scores));
      for (int i = 1; i < network.images().size(); i++) {
        actual.add(opened(scores(image(i))));
      }
      Agreement agreement = Agreement.of(actual, network.expected(), architecture.classes());
      if (!agreement.isClose()) {
        throw new WrongResult(name + ": " + agreement);
      }
    }

    private double[] opened(SecretTensor y) {
      return y.format().decode(PublicInputs.open(b, name, y));
    }
  }
}
