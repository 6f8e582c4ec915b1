package io.consilium.party.job;

import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.datasets.split.PartSizes;
import io.consilium.inference.ModelAsset;
import io.consilium.inference.ModelCard;
import io.consilium.party.dataplane.AttemptId;
import io.consilium.party.dataplane.DataPlane;
import io.consilium.party.dataplane.InputRows;
import io.consilium.party.manifest.Disclosed;
import io.consilium.party.manifest.Manifest;
import io.consilium.party.node.Site;
import io.consilium.party.plan.DisclosureBook;
import io.consilium.party.plan.JobPlan;
import io.consilium.party.policy.DisclosureRequest;
import io.consilium.party.policy.Recipient;
import io.consilium.party.policy.RowBounds;
import io.consilium.party.serving.ModelCards;
import io.consilium.party.serving.TermsBook;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Disclosure;
import io.consilium.protocols.SessionException;
import io.consilium.protocols.rep3.InsecureShareAccess;
import io.consilium.protocols.rep3.Readiness;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.TlsChannel;
import io.consilium.training.DataLayout;
import io.consilium.training.Disclosures;
import io.consilium.training.ReleasedValue;
import io.consilium.training.SecureDataSet;
import io.consilium.training.SecureTrainer;
import io.consilium.training.SharedModel;
import io.consilium.training.TrainingDivergedException;
import io.consilium.training.TrainingPlan;
import io.consilium.training.spec.InvalidSpecException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A compute party's part in one attempt: connect, take the inputs, agree on keys, train, store this
 * party's shares of the model.
 */
final class Computation {
  private final Site site;
  private final DataPlane dataPlane;
  private final AttemptId id;
  private final JobPlan plan;
  private final ComputeParty self;
  private final Agreed agreed;
  private final ReportSink progress;
  private final Culprits culprits;
  private final SequencedMap<String, HolderRows> inputs;
  private final ShareSpace space;

  Computation(
      Site site,
      DataPlane dataPlane,
      AttemptId id,
      JobPlan plan,
      ComputeParty self,
      Agreed agreed,
      ReportSink progress,
      Culprits culprits,
      SequencedMap<String, HolderRows> inputs,
      ShareSpace space) {
    this.site = site;
    this.dataPlane = dataPlane;
    this.id = id;
    this.plan = plan;
    this.self = self;
    this.agreed = agreed;
    this.progress = progress;
    this.culprits = culprits;
    this.inputs = inputs;
    this.space = space;
  }

  /**
   * Runs to the end.
   *
   * @param wait for everything that is shared in this attempt
   */
  Outcome run(InputsWait wait, Instant start) throws AttemptFailed, InterruptedException {
    String phase = "connecting";
    Meeting meeting = new Meeting(site, dataPlane, id, plan.manifest().computeParties(), self);
    try (TlsChannel channel = meeting.connect()) {
      phase = "sharing records";
      Readiness.await(channel, wait);
      TrainingPlan program = program();
      phase = "agreeing on keys";
      Rep3Backend backend =
          meeting.agree(channel, agreed, HexFormat.of().parseHex(program.digest()));
      phase = "checking inputs";
      backend.crossCheck(
          inputs.values().stream().flatMap(rows -> rows.descriptions().stream()).toList());
      noteRowCounts();
      phase = "training";
      TrainingReports reports =
          new TrainingReports(
              progress,
              backend,
              ResultTerms.of(plan, program, forResearcher().contains(Disclosed.ROW_COUNTS)),
              forResearcher(),
              site.clock());
      Disclosures rights = rights(program);
      SharedModel model = train(backend, program, rights, reports);
      phase = "storing the model";
      backend.compareOpened();
      JointStoring storing = new JointStoring(backend, site.models());
      ModelCard card = store(backend, storing, model, start);
      Outcome done =
          reports.succeeded(
              new ReportDocument.ModelName(card.name(), Integer.toString(card.version())),
              seconds(start));
      ResultFile.write(site.state(), id, card, plan.layout(), reports, done.report());
      storing.confirm(card, phase);
      return done;
    } catch (SessionException e) {
      throw culprits.failure(phase, e);
    } catch (ConnectionException e) {
      throw culprits.failure(phase, e);
    } catch (IOException | UncheckedIOException e) {
      throw culprits.stateFailure(phase, e);
    }
  }

  /** Training that diverges ends here, at all parties after the same epoch, and stores nothing. */
  private SharedModel train(
      Rep3Backend backend, TrainingPlan program, Disclosures rights, TrainingReports reports)
      throws AttemptFailed {
    try {
      return SecureTrainer.run(backend, program, dataSet(), rights, reports, space);
    } catch (TrainingDivergedException e) {
      // The others decide alike only if they opened the same.
      backend.compareOpened();
      throw AttemptFailed.byResults(
          reports.phase(), e.reasonWithoutValues() + ".", reports.diverged(e), e);
    }
  }

  private double seconds(Instant start) {
    return Duration.between(start, site.clock().instant()).toMillis() / 1000.0;
  }

  private TrainingPlan program() throws AttemptFailed {
    List<InputRows> rows = inputs.values().stream().map(HolderRows::rows).toList();
    requireEnough();
    try {
      return TrainingPlan.compile(
          plan.program(),
          new DataLayout(
              plan.layout().size(),
              plan.layout().mayMiss(),
              rows.stream().map(InputRows::training).toList(),
              rows.stream().map(InputRows::validation).toList()),
          plan.released());
    } catch (InvalidSpecException e) {
      throw AttemptFailed.ofNumbers(new AttemptFailed.NumbersRefused(e.getMessage()));
    }
  }

  /** Before anything is computed: what is opened may not be about few records of any holder. */
  private void requireEnough() throws AttemptFailed {
    RowBounds bounds = new RowBounds(site.policy().minRows(), plan.folds());
    for (Map.Entry<String, HolderRows> holder : inputs.entrySet()) {
      InputRows rows = holder.getValue().rows();
      if (!bounds.admits(new PartSizes(rows.training(), rows.validation()))) {
        throw AttemptFailed.ofNumbers(
            new AttemptFailed.NumbersRefused(
                "%s shared %d records for training and %d for validation; minRows of this party's policy is %d"
                    .formatted(
                        holder.getKey(), rows.training(), rows.validation(), bounds.minRows())));
      }
    }
  }

  private SecureDataSet dataSet() {
    return new SecureDataSet(inputs.values().stream().map(HolderRows::site).toList());
  }

  private Disclosures rights(TrainingPlan program) {
    Map<String, Long> elements = new TreeMap<>();
    program
        .disclosures()
        .forEach(planned -> elements.put(planned.value().word(), planned.elements()));
    DisclosureBook book = plan.rights(elements, this::noteOpening);
    Map<ReleasedValue, Disclosure> granted = new EnumMap<>(ReleasedValue.class);
    Arrays.stream(ReleasedValue.values())
        .forEach(value -> book.of(value.word()).ifPresent(right -> granted.put(value, right)));
    return Disclosures.of(granted);
  }

  private Set<String> forResearcher() {
    return plan.manifest().disclosures().stream()
        .filter(request -> request.to() == Recipient.RESEARCHER)
        .map(DisclosureRequest::value)
        .collect(Collectors.toSet());
  }

  private void noteOpening(String value, String recipient, long elements) {
    site.note(
        "compute parties",
        "value.opened",
        id.job().value(),
        Map.of("value", value, "to", recipient, "elements", Long.toString(elements)));
  }

  /** Shapes show the row counts to the compute parties; they are on the list, so they are noted. */
  private void noteRowCounts() {
    noteOpening(Disclosed.ROW_COUNTS, "parties", 2L * inputs.size());
  }

  private ModelCard store(
      Rep3Backend backend, JointStoring storing, SharedModel model, Instant start)
      throws IOException {
    Manifest manifest = plan.manifest();
    CardNumbers numbers = storing.numbers(manifest.name(), start);
    ModelCard card = ModelCards.of(plan, id, numbers.version(), model.layout(), numbers.created());
    new TermsBook(site.store()).keep(card, agreed.terms(plan.dataHolders()));
    storing.prepare(
        ModelAsset.export(card, model.tensors(), backend, InsecureShareAccess.get()),
        manifest.serving().allowed());
    return card;
  }
}
