package io.consilium.party.policy;

import java.util.List;

/**
 * What a policy has to know about a network that is to be imported.
 *
 * @param owner the party that brings it
 * @param publicWeights whether the compute parties would see its weights
 * @param output the word for what its answers tell
 * @param parties every hospital that takes part
 * @param computeParties the three that hold shares
 * @param suite the protocol suite
 * @param disclosures everything that would be opened
 */
public record ImportSummary(
    String owner,
    boolean publicWeights,
    String output,
    List<String> parties,
    List<String> computeParties,
    String suite,
    List<DisclosureRequest> disclosures) {

  /** Copies the lists. */
  public ImportSummary {
    parties = List.copyOf(parties);
    computeParties = List.copyOf(computeParties);
    disclosures = List.copyOf(disclosures);
  }

  /** The word for its weights in a policy. */
  String weights() {
    return publicWeights ? SitePolicy.Imports.PUBLIC : SitePolicy.Imports.SHARED;
  }
}
