package io.consilium.party.policy;

import java.util.List;
import java.util.Optional;

/**
 * What a policy has to know about a compiled job.
 *
 * @param researcher who submitted it
 * @param modelType for example {@code logistic}
 * @param dataset the name of the data set at each site
 * @param columns the names of the columns that are read
 * @param parties every hospital that takes part
 * @param computeParties the three that hold shares
 * @param dataHolders the hospitals that bring records
 * @param epochs how often each record is used
 * @param suite the protocol suite, for example {@code rep3}
 * @param disclosures everything that would be opened
 * @param answers the word for what its answers tell, if the model is to answer questions
 * @param weights the training before its weights are opened, if they are, to whomever
 */
public record PlanSummary(
    String researcher,
    String modelType,
    String dataset,
    List<String> columns,
    List<String> parties,
    List<String> computeParties,
    List<String> dataHolders,
    int epochs,
    String suite,
    List<DisclosureRequest> disclosures,
    Optional<String> answers,
    Optional<WeightsRelease> weights) {

  /** Copies the lists. */
  public PlanSummary {
    columns = List.copyOf(columns);
    parties = List.copyOf(parties);
    computeParties = List.copyOf(computeParties);
    dataHolders = List.copyOf(dataHolders);
    disclosures = List.copyOf(disclosures);
  }
}
