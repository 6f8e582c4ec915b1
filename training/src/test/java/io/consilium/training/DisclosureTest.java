package io.consilium.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.protocols.Backend;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Disclosure;
import io.consilium.protocols.Limits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.prf.AddressLedger;
import io.consilium.protocols.rep3.ThreeParties;
import io.consilium.protocols.transport.InMemoryNetwork;
import io.consilium.protocols.transport.Opcode;
import io.consilium.training.plain.PlainPart;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.ProgramSpec;
import io.consilium.training.spec.TrainingSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Nothing is opened but under a disclosure, and no more than was planned. */
final class DisclosureTest {
  private static Trial trial(Collection<ReleasedValue> released) throws Exception {
    List<PlainPart> sites = new TestCohort(5, 3, 0.1).sites(TestCohort.logistic(0), 20, 12);
    return new Trial(
        new ProgramSpec(new ModelSpec.Logistic(), true, TrainingSpec.of(2, 8, 0.1, 3)),
        sites,
        sites,
        released);
  }

  private static int openingsOnTheWire(Trial trial) {
    AtomicInteger openings = new AtomicInteger();
    InMemoryNetwork network =
        new InMemoryNetwork(
            (from, to, message, words) -> {
              if (message.step().opcode() == Opcode.OPEN) {
                openings.incrementAndGet();
              }
            },
            Limits.RECEIVE_TIMEOUT_MILLIS_MAX);
    new ThreeParties(3, network, AddressLedger.NONE, AddressLedger.NONE, AddressLedger.NONE)
        .run(trial::train);
    return openings.get();
  }

  @Test
  void aProgramWithoutDisclosuresOpensNothing() throws Exception {
    assertThat(openingsOnTheWire(trial(Set.of()))).isZero();
  }

  @Test
  void everyOpeningOnTheWireIsPlanned() throws Exception {
    // Two losses, one accuracy and the weights, each opened by one message of each party.
    Trial trial = trial(Set.of(ReleasedValue.LOSS, ReleasedValue.ACCURACY, ReleasedValue.WEIGHTS));

    assertThat(openingsOnTheWire(trial)).isEqualTo(3 * 4);
  }

  @Test
  void theAuditLogHearsOfExactlyTheAgreedElements() throws Exception {
    Trial trial = trial(Set.of(ReleasedValue.LOSS, ReleasedValue.AUC, ReleasedValue.WEIGHTS));
    Map<String, Long> opened = new LinkedHashMap<>();
    Map<ReleasedValue, Disclosure> granted = new EnumMap<>(ReleasedValue.class);
    trial
        .plan
        .disclosures()
        .forEach(planned ->
            granted.put(
                planned.value(),
                Disclosure.grant(
                    planned.value().word(),
                    "researcher",
                    planned.elements(),
                    (value, recipient, n) -> opened.merge(value, n, Long::sum))));
    Backend clear = new ClearBackend();

    SharedModel _ =
        SecureTrainer.run(
            clear, trial.plan, trial.share(clear), Disclosures.of(granted), TrainingListener.NONE);

    assertThat(opened).isEqualTo(Map.of("loss", 2L, "auc", 1L, "weights", 4L));
  }

  @Test
  void aMissingDisclosureEndsTheRunBeforeItBegins() throws Exception {
    Trial trial = trial(Set.of(ReleasedValue.LOSS));
    Backend clear = new ClearBackend();
    SecureDataSet data = trial.share(clear);
    long before = clear.declared().rounds();

    assertThatThrownBy(() ->
            SecureTrainer.run(clear, trial.plan, data, Disclosures.none(), TrainingListener.NONE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'loss'");
    assertThat(clear.declared().rounds()).isEqualTo(before);
  }

  @Test
  void aListenerCanCancelTheRun() throws Exception {
    Trial trial = trial(Set.of());
    Backend clear = new ClearBackend();
    List<Long> steps = new ArrayList<>();
    TrainingListener impatient =
        new TrainingListener() {
          @Override
          public void progressed(Progress progress) {
            steps.add(progress.step());
          }

          @Override
          public boolean cancelled() {
            return steps.size() > 3;
          }
        };

    assertThatThrownBy(() ->
            SecureTrainer.run(clear, trial.plan, trial.share(clear), Disclosures.none(), impatient))
        .isInstanceOf(TrainingCancelledException.class)
        .hasMessageContaining("after 3 steps");
  }

  @Test
  void dataThatWasNotPlannedIsRefused() throws Exception {
    Trial trial = trial(Set.of());
    Backend clear = new ClearBackend();
    SecureDataSet data = trial.share(clear);
    SecureDataSet swapped = new SecureDataSet(data.sites().reversed());

    assertThatThrownBy(() ->
            SecureTrainer.run(
                clear, trial.plan, swapped, Disclosures.none(), TrainingListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("site 0");
  }

  @Test
  void aStoredModelPredictsTheSame() throws Exception {
    Trial trial = trial(Set.of());
    Backend clear = new ClearBackend();
    SharedModel model =
        SecureTrainer.run(
            clear, trial.plan, trial.share(clear), Disclosures.none(), TrainingListener.NONE);
    SharedModel restored =
        SharedModel.of(ModelLayout.parse(model.layout().toJson()), model.tensors());
    SecretTensor rows = Trial.features(clear, ComputeParty.P0, trial.trainingRows());
    SecretTensor presence = Trial.presence(clear, ComputeParty.P0, trial.trainingRows());

    SecretTensor before = model.predict(clear, rows, presence);
    SecretTensor after = restored.predict(clear, rows, presence);

    assertThat(Trial.opened(clear, after)).isEqualTo(Trial.opened(clear, before));
    Map<String, SecretTensor> incomplete = new LinkedHashMap<>(model.tensors());
    incomplete.remove("scales");
    assertThatThrownBy(() -> SharedModel.of(model.layout(), incomplete))
        .hasMessageContaining("no tensor 'scales'");
  }
}
