package io.consilium.party.serving;

import io.consilium.inference.ModelCard;
import io.consilium.party.dataplane.ServingTerms;
import java.util.List;

/** What the parties that brought the records, or the network, of a model say of questions to it. */
@FunctionalInterface
interface HolderTerms {
  /** Their latest words, one of each; none if they are not known. */
  List<ServingTerms> of(ModelCard card);
}
