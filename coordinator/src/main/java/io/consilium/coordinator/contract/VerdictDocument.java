package io.consilium.coordinator.contract;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * What a party decided about a job.
 *
 * @param party the author's name
 */
public record VerdictDocument(JobId jobId, String party, Decision decision) implements Document {

  /** Refuses malformed names. */
  public VerdictDocument {
    Bounds.name("party", party);
  }

  /** Accept, refuse or wait. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Accepted.class, name = "accepted"),
    @JsonSubTypes.Type(value = Refused.class, name = "refused"),
    @JsonSubTypes.Type(value = Pending.class, name = "pending")
  })
  public sealed interface Decision permits Accepted, Refused, Pending {}

  /**
   * The party will run the job.
   *
   * @param planDigest SHA-256 of the plan it compiled, hexadecimal; all parties' must be equal
   */
  public record Accepted(String planDigest) implements Decision {
    /** Refuses a malformed digest. */
    public Accepted {
      Bounds.digest("planDigest", planDigest);
    }
  }

  /**
   * The party will not run the job.
   *
   * @param kind whether the manifest is wrong or the policy forbids it
   * @param reason one or more sentences for the researcher
   */
  public record Refused(FailureKind kind, String reason) implements Decision {
    /** Refuses texts that are too long. */
    public Refused {
      Bounds.text("reason", reason);
    }
  }

  /**
   * An officer of the party has to decide.
   *
   * @param reason one sentence for the researcher
   */
  public record Pending(String reason) implements Decision {
    /** Refuses texts that are too long. */
    public Pending {
      Bounds.text("reason", reason);
    }
  }
}
