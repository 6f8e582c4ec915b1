package io.consilium.party.plan;

import io.consilium.inference.onnx.OutputRule;
import io.consilium.inference.onnx.SharedNetwork;
import io.consilium.party.manifest.Disclosed;
import io.consilium.party.manifest.ImportManifest;
import io.consilium.party.policy.ImportSummary;
import io.consilium.party.policy.OwnData;
import io.consilium.party.policy.PolicyDecision;
import io.consilium.party.policy.SitePolicy;
import io.consilium.protocols.Disclosure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A compiled import.
 *
 * @param document the signed bytes of the manifest
 * @param network as this party has made it of its description
 */
public record ImportPlan(
    byte[] document,
    ImportManifest manifest,
    SharedNetwork network,
    ImportSummary summary,
    String digest)
    implements Plan {
  @Override
  public String name() {
    return manifest.name();
  }

  @Override
  public List<String> parties() {
    return manifest.parties();
  }

  @Override
  public List<String> computeParties() {
    return manifest.computeParties();
  }

  @Override
  public List<String> dataHolders() {
    return List.of(manifest.owner());
  }

  @Override
  public String purpose() {
    return manifest.purpose();
  }

  @Override
  public OwnData own(SiteDeclarations site) {
    return new OwnData.None();
  }

  @Override
  public PolicyDecision decide(SitePolicy policy, OwnData own) {
    return policy.decide(summary);
  }

  /** Whether the network is this party's. */
  public boolean isOf(String party) {
    return manifest.owner().equals(party);
  }

  /** Elements of all tensors that the owner shares. */
  public long weights() {
    return network.shared().stream().mapToLong(SharedNetwork.Shared::elements).sum();
  }

  /**
   * The right to open the weights to the compute parties, if they are public.
   *
   * @param listener told before they are used
   */
  public Optional<Disclosure> weightsRight(Disclosure.Listener listener) {
    return new DisclosureBook(
            manifest.disclosures(), Map.of(Disclosed.WEIGHTS, weights()), listener)
        .of(Disclosed.WEIGHTS);
  }

  @Override
  public List<String> facts(OwnData own) {
    List<String> facts = new ArrayList<>();
    facts.add(
        "It imports a network of %s with %,d weights.".formatted(manifest.owner(), weights()));
    facts.add(
        "The shares are held by "
            + String.join(", ", manifest.computeParties())
            + ": none of them alone can read anything, any two together everything.");
    facts.add(
        summary.publicWeights()
            ? "Its weights are opened to these three."
            : "Its weights are opened to nobody.");
    facts.add("An answer tells the client " + told() + ", and nobody else anything.");
    network
        .ranges()
        .ifPresent(_ ->
            facts.add(
                "An answer takes %d rounds and %,d bytes, sent by the three together."
                    .formatted(network.plan().total().rounds(), network.plan().total().bytes())));
    facts.add(
        manifest.clients().isEmpty()
            ? "It may answer questions of clients that each site's policy admits."
            : "It may answer questions of "
                + String.join(", ", manifest.clients())
                + ", as far as each site's policy admits them.");
    return facts;
  }

  private String told() {
    OutputRule output = network.description().output();
    return switch (output.kind()) {
      case LOGITS -> "all outputs of the network";
      case PROBABILITIES -> "the probabilities of all classes";
      case CLASS -> "the number of the class";
      case TOP_K -> "the numbers of the %d likeliest classes".formatted(output.count());
    };
  }

  @Override
  public Map<String, String> auditDetail() {
    Map<String, String> detail = new TreeMap<>();
    detail.put("model", manifest.name());
    detail.put("plan", digest);
    detail.put("owner", manifest.owner());
    detail.put("weights", summary.publicWeights() ? "public" : "shared");
    detail.put("output", summary.output());
    detail.put("parties", String.join(" ", manifest.parties()));
    detail.put(
        "clients", manifest.clients().isEmpty() ? "*" : String.join(" ", manifest.clients()));
    detail.put(
        "disclosures",
        String.join(
            " ",
            manifest.disclosures().stream()
                .map(request -> request.value() + ">" + request.to().label())
                .toList()));
    return detail;
  }
}
