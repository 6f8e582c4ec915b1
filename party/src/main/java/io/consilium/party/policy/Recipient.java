package io.consilium.party.policy;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** Who learns a disclosed value. */
public enum Recipient {
  /** Every hospital of the job. */
  @JsonProperty("parties")
  PARTIES,
  /** The researcher who submitted the job. */
  @JsonProperty("researcher")
  RESEARCHER,
  /** The client who asked. */
  @JsonProperty("client")
  CLIENT;

  /** The word in manifests and policies. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
