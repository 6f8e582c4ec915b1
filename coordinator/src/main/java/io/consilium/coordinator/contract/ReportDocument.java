package io.consilium.coordinator.contract;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Optional;

/**
 * What a party says of an attempt it is at work on. The coordinator reads the public facts; what
 * was disclosed to the researcher is sealed to the researcher.
 *
 * @param party the author's name
 * @param sequence counts up within the attempt, so that an old report is known as such
 * @param content public facts
 * @param results of a compute party, if the submission came with a key
 */
public record ReportDocument(
    JobId jobId,
    int attempt,
    String party,
    long sequence,
    Content content,
    Optional<SealedResults> results)
    implements Document {

  /** Without results. */
  public ReportDocument(JobId jobId, int attempt, String party, long sequence, Content content) {
    this(jobId, attempt, party, sequence, content, Optional.empty());
  }

  ReportDocument with(SealedResults sealed) {
    return new ReportDocument(jobId, attempt, party, sequence, content, Optional.of(sealed));
  }

  /** Refuses malformed names. */
  public ReportDocument {
    Bounds.require(attempt >= 1, "attempt counts from 1");
    Bounds.name("party", party);
  }

  /** Whether it is the party's last word on the attempt. */
  public boolean isFinal() {
    return !(content instanceof Progress);
  }

  /** Still at work, done, or failed. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Progress.class, name = "progress"),
    @JsonSubTypes.Type(value = Succeeded.class, name = "succeeded"),
    @JsonSubTypes.Type(value = Failed.class, name = "failed")
  })
  public sealed interface Content permits Progress, Succeeded, Failed {}

  /** What the parties are doing. */
  public enum Phase {
    /** Connecting, reading, preprocessing and sharing records. */
    SHARING,
    /** Steps of gradient descent. */
    TRAINING,
    /** Secure metrics. */
    VALIDATING
  }

  /**
   * Still at work.
   *
   * @param fold of a cross-validation, from 1; 0 for the model itself
   * @param folds of the cross-validation, 0 if there is none
   * @param epoch the epoch under way in this training, from 1; 0 before the first
   * @param epochs of this training
   * @param step the step of the epoch that was finished last
   * @param steps steps of an epoch
   * @param recordsPerSecond training records handled, 0 if unknown
   * @param bytesSent by this party in this attempt, on the data plane
   * @param roundsPerStep rounds of one training step, 0 if unknown
   */
  public record Progress(
      Phase phase,
      int fold,
      int folds,
      int epoch,
      int epochs,
      long step,
      long steps,
      double recordsPerSecond,
      long bytesSent,
      int roundsPerStep)
      implements Content {
    /** Refuses negative counts. */
    public Progress {
      Bounds.notNegative("fold", fold);
      Bounds.notNegative("folds", folds);
      Bounds.notNegative("epoch", epoch);
      Bounds.notNegative("epochs", epochs);
      Bounds.notNegative("step", step);
      Bounds.notNegative("steps", steps);
      Bounds.notNegative("recordsPerSecond", recordsPerSecond);
      Bounds.notNegative("bytesSent", bytesSent);
      Bounds.notNegative("roundsPerStep", roundsPerStep);
    }

    /** Before the first step. */
    public static Progress sharing(long bytesSent) {
      return new Progress(Phase.SHARING, 0, 0, 0, 0, 0, 0, 0, bytesSent, 0);
    }
  }

  /**
   * The party's part is done and its share of the model, if it holds one, is stored.
   *
   * @param model name and version; equal at all parties
   * @param bytesSent by this party in this attempt, on the data plane
   * @param roundsPerStep rounds of one training step, 0 if unknown
   * @param seconds how long the attempt took
   */
  public record Succeeded(ModelName model, long bytesSent, int roundsPerStep, double seconds)
      implements Content {
    /** Refuses negative counts. */
    public Succeeded {
      Bounds.notNegative("bytesSent", bytesSent);
      Bounds.notNegative("roundsPerStep", roundsPerStep);
      Bounds.notNegative("seconds", seconds);
    }
  }

  /**
   * The attempt failed at this party.
   *
   * @param phase what the party was doing, for a person: "connecting to hospital-b", "epoch 3"
   * @param reason one or more sentences; no record, share or key, and no disclosed value
   * @param culprit the party at fault, if known; the author itself if its own data or machine is
   */
  public record Failed(FailureKind kind, String phase, String reason, Optional<String> culprit)
      implements Content {
    /** Refuses texts that are too long. */
    public Failed {
      Bounds.text("phase", phase);
      Bounds.text("reason", reason);
      culprit.ifPresent(name -> Bounds.name("culprit", name));
    }
  }

  /** Name and version of a shared model. */
  public record ModelName(String name, String version) {
    /** Refuses names that are empty or too long. */
    public ModelName {
      Bounds.name("model's name", name);
      Bounds.name("model's version", version);
    }
  }
}
