package io.consilium.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.protocols.Backend;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Cost;
import io.consilium.protocols.Disclosure;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.prf.AddressLedger;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.rep3.ThreeParties;
import io.consilium.protocols.transport.InMemoryNetwork;
import io.consilium.training.plain.PlainPart;
import io.consilium.training.plain.PlaintextTwin;
import io.consilium.training.plain.TwinModel;
import io.consilium.training.spec.InvalidSpecException;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.ProgramSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** One training, run by three parties, by the clear reference and by the plaintext twin. */
final class Trial {
  private final List<PlainPart> training;
  private final List<PlainPart> validation;
  final TrainingPlan plan;

  Trial(
      ProgramSpec spec,
      List<PlainPart> training,
      List<PlainPart> validation,
      Collection<ReleasedValue> released)
      throws InvalidSpecException {
    this(
        spec,
        training,
        validation,
        released,
        true,
        DataLayout.blockRows(training.getFirst().columns()));
  }

  Trial(
      ProgramSpec spec,
      List<PlainPart> training,
      List<PlainPart> validation,
      Collection<ReleasedValue> released,
      boolean mayMiss,
      int blockRows)
      throws InvalidSpecException {
    this.training = training;
    this.validation = validation;
    this.plan = TrainingPlan.compile(spec, layout(mayMiss, blockRows), released);
  }

  private DataLayout layout(boolean mayMiss, int blockRows) {
    return new DataLayout(
        training.getFirst().columns(),
        mayMiss,
        training.stream().map(PlainPart::rows).toList(),
        IntStream.range(0, training.size())
            .mapToObj(i -> validation.isEmpty() ? 0 : validation.get(i).rows())
            .toList(),
        blockRows);
  }

  List<PlainPart> trainingSites() {
    return training;
  }

  PlainPart trainingRows() {
    return PlainPart.concatenated(training);
  }

  PlainPart evaluatedRows() {
    return PlainPart.concatenated(validation.isEmpty() ? training : validation);
  }

  TwinModel twin() {
    return PlaintextTwin.train(plan, trainingRows(), evaluatedRows());
  }

  /** What a run gave: weights, predictions for the evaluated rows, and what was released. */
  record Result(
      double[] weights,
      double[] means,
      double[] scales,
      double[] predictions,
      List<TrainingListener.Released> released,
      List<TrainingListener.Progress> progress) {
    double[] only(ReleasedValue value) {
      return released.stream().filter(r -> r.value() == value).findFirst().orElseThrow().numbers();
    }
  }

  ThreeParties.Outcome<Result> onThreeParties(long seed) {
    return new ThreeParties(seed).run(this::run);
  }

  ThreeParties.Outcome<Result> onThreeParties(long seed, AddressLedger... ledgers) {
    return new ThreeParties(seed, new InMemoryNetwork(), ledgers).run(this::run);
  }

  Result inTheClear() {
    return run(new ClearBackend());
  }

  Result run(Backend b) {
    return run(b, share(b), RowStores.IN_MEMORY);
  }

  Result run(Backend b, SecureDataSet data, RowStores stores) {
    List<TrainingListener.Released> released = new ArrayList<>();
    List<TrainingListener.Progress> progress = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void progressed(Progress step) {
            progress.add(step);
          }

          @Override
          public void released(Released value) {
            released.add(value);
          }
        };
    SharedModel model = SecureTrainer.run(b, plan, data, disclosures(), listener, stores);
    PlainPart rows = evaluatedRows();
    SecretTensor predictions =
        model.predict(b, features(b, ComputeParty.P2, rows), presence(b, ComputeParty.P2, rows));
    SecretTensor all =
        b.concatenate(
            model.layout().trained().stream()
                .map(name -> Arrangement.flat(b, model.tensor(name)))
                .toList());
    return new Result(
        opened(b, all),
        opened(b, model.tensor(ModelLayout.MEANS)),
        opened(b, model.tensor(ModelLayout.SCALES)),
        opened(b, predictions),
        released,
        progress);
  }

  /** Trains and returns what that declared, sharing of the inputs not included. */
  Cost train(Backend b) {
    SecureDataSet data = share(b);
    Cost before = b.declared();
    SharedModel _ = SecureTrainer.run(b, plan, data, disclosures(), TrainingListener.NONE);
    return b.declared().since(before);
  }

  static double[] opened(Backend b, SecretTensor x) {
    return x.format().decode(b.open(x, ThreeParties.any()));
  }

  Disclosures disclosures() {
    Map<ReleasedValue, Disclosure> granted = new EnumMap<>(ReleasedValue.class);
    for (TrainingPlan.PlannedDisclosure planned : plan.disclosures()) {
      granted.put(
          planned.value(),
          Disclosure.grant(planned.value().word(), "test", planned.elements(), (v, r, n) -> {}));
    }
    return Disclosures.of(granted);
  }

  /** Site i is shared by compute party i mod 3. */
  SecureDataSet share(Backend b) {
    List<SecureDataSet.Site> sites = new ArrayList<>();
    for (int i = 0; i < training.size(); i++) {
      ComputeParty owner = ComputeParty.of(i % 3);
      sites.add(
          new SecureDataSet.Site(
              Optional.of(part(b, owner, training.get(i))),
              validation.isEmpty()
                  ? Optional.empty()
                  : Optional.of(part(b, owner, validation.get(i)))));
    }
    return new SecureDataSet(sites);
  }

  SecurePart part(Backend b, ComputeParty owner, PlainPart rows) {
    ModelSpec model = plan.spec().model();
    return new SecurePart(
        features(b, owner, rows),
        plan.layout().mayMiss() ? Optional.of(presence(b, owner, rows)) : Optional.empty(),
        input(
            b,
            owner,
            SecurePart.labelShape(model, rows.rows()),
            SecurePart.labelFormat(model),
            SecurePart.labelCodes(model, rows.labels())));
  }

  static SecretTensor features(Backend b, ComputeParty owner, PlainPart rows) {
    Shape shape = Shape.matrix(rows.rows(), rows.columns());
    return input(b, owner, shape, Formats.FEATURES, Formats.featureCodes(rows.features()));
  }

  static SecretTensor presence(Backend b, ComputeParty owner, PlainPart rows) {
    Shape shape = Shape.matrix(rows.rows(), rows.columns());
    return input(b, owner, shape, FixedPoint.INTEGER, FixedPoint.INTEGER.encode(rows.presence()));
  }

  private static SecretTensor input(
      Backend b, ComputeParty owner, Shape shape, FixedPoint format, long[] codes) {
    boolean owns = !(b instanceof Rep3Backend rep3) || rep3.self() == owner;
    return b.input(owner, shape, format, owns ? codes : new long[0]);
  }

  static double largestDifference(double[] x, double[] y) {
    assertThat(x).hasSameSizeAs(y);
    return IntStream.range(0, x.length).mapToDouble(i -> Math.abs(x[i] - y[i])).max().orElse(0);
  }
}
