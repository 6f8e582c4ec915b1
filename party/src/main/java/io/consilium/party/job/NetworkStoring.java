package io.consilium.party.job;

import io.consilium.coordinator.contract.FailureKind;
import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.inference.ImportedModels;
import io.consilium.inference.ModelAsset;
import io.consilium.inference.ModelCard;
import io.consilium.inference.NetworkCard;
import io.consilium.inference.onnx.SharedNetwork;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.party.dataplane.AttemptId;
import io.consilium.party.manifest.ImportManifest;
import io.consilium.party.node.Site;
import io.consilium.party.plan.ImportPlan;
import io.consilium.party.serving.TermsBook;
import io.consilium.protocols.Disclosure;
import io.consilium.protocols.SessionException;
import io.consilium.protocols.rep3.HolderInput;
import io.consilium.protocols.rep3.Readiness;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.TlsChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A compute party's part in an import: take the weights, make sure that all three were given the
 * same, open them if they are public, store them.
 */
final class NetworkStoring {
  private final Site site;
  private final AttemptId id;
  private final ImportPlan plan;
  private final Agreed agreed;
  private final Meeting meeting;
  private final NetworkTensors tensors;
  private final Culprits culprits;

  NetworkStoring(
      Site site,
      AttemptId id,
      ImportPlan plan,
      Agreed agreed,
      Meeting meeting,
      NetworkTensors tensors,
      Culprits culprits) {
    this.site = site;
    this.id = id;
    this.plan = plan;
    this.agreed = agreed;
    this.meeting = meeting;
    this.tensors = tensors;
    this.culprits = culprits;
  }

  /**
   * Runs to the end.
   *
   * @param wait for everything that is shared in this attempt
   */
  ReportDocument.Succeeded run(InputsWait wait, Instant start)
      throws AttemptFailed, InterruptedException {
    String phase = "connecting";
    try (TlsChannel channel = meeting.connect()) {
      phase = "sharing weights";
      Readiness.await(channel, wait);
      phase = "agreeing on keys";
      Rep3Backend backend =
          meeting.agree(channel, agreed, HexFormat.of().parseHex(plan.network().planDigest()));
      phase = "checking weights";
      backend.crossCheck(tensors.descriptions());
      phase = "opening weights";
      Optional<List<long[]>> opened = opened(backend);
      SharedNetwork network =
          opened.isPresent() ? plan.network().withWeights(opened.get()) : plan.network();
      phase = "storing the model";
      JointStoring storing = new JointStoring(backend, site.models());
      ModelCard card = card(storing, network, start);
      new TermsBook(site.store()).keep(card, agreed.terms(plan.dataHolders()));
      storing.prepare(
          opened
              .map(words -> new ModelAsset(card, List.of(), words))
              .orElseGet(() -> new ModelAsset(card, tensors.stored())),
          true);
      storing.confirm(card, phase);
      return succeeded(channel, card, start);
    } catch (SessionException e) {
      throw culprits.failure(phase, e);
    } catch (ConnectionException e) {
      throw culprits.failure(phase, e);
    } catch (ModelRefused e) {
      throw new AttemptFailed(
          FailureKind.BAD_DATA,
          phase,
          "The network of " + plan.manifest().owner() + " is refused: " + e.getMessage() + ".",
          Optional.of(plan.manifest().owner()),
          e);
    } catch (IOException | UncheckedIOException e) {
      throw culprits.stateFailure(phase, e);
    }
  }

  private Optional<List<long[]>> opened(Rep3Backend backend) {
    Optional<Disclosure> right = plan.weightsRight(this::noteOpening);
    if (right.isEmpty()) {
      return Optional.empty();
    }
    List<long[]> words = new ArrayList<>();
    for (HolderInput input : tensors.inputs()) {
      words.add(backend.open(backend.importInput(input), right.get()));
    }
    backend.compareOpened();
    return Optional.of(words);
  }

  private void noteOpening(String value, String recipient, long elements) {
    site.note(
        "compute parties",
        "value.opened",
        id.job().value(),
        Map.of("value", value, "to", recipient, "elements", Long.toString(elements)));
  }

  private ModelCard card(JointStoring storing, SharedNetwork network, Instant start)
      throws IOException {
    ImportManifest manifest = plan.manifest();
    CardNumbers numbers = storing.numbers(manifest.name(), start);
    return ImportedModels.card(
        new ImportedModels.Origin(
            manifest.name(),
            numbers.version(),
            id.job().value(),
            plan.digest(),
            manifest.computeParties(),
            numbers.created().toString()),
        network,
        NetworkCard.of(network, manifest.owner(), manifest.clients(), manifest.pixels()),
        manifest.classes());
  }

  private ReportDocument.Succeeded succeeded(TlsChannel channel, ModelCard card, Instant start) {
    double seconds = Duration.between(start, site.clock().instant()).toMillis() / 1000.0;
    return new ReportDocument.Succeeded(
        new ReportDocument.ModelName(card.name(), Integer.toString(card.version())),
        channel.traffic().bytesSent(),
        0,
        seconds);
  }
}
