package io.consilium.coordinator.contract;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Optional;

/**
 * What a party says of an attempt it is at work on. Public facts and disclosed values only.
 *
 * @param party the author's name
 * @param sequence counts up within the attempt, so that an old report is known as such
 */
public record ReportDocument(JobId jobId, int attempt, String party, long sequence, Content content)
    implements Document {

  /** The most disclosed values of one report. */
  public static final int METRICS_MAX = 4_096;

  /** The most sentences of one report. */
  public static final int REMARKS_MAX = 32;

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
   * @param epoch the epoch under way, from 1; 0 before the first
   * @param step the step of the epoch that was finished last
   * @param steps steps of an epoch
   * @param recordsPerSecond training records handled, 0 if unknown
   * @param bytesSent by this party in this attempt, on the data plane
   * @param roundsPerStep rounds of one training step, 0 if unknown
   * @param metrics every disclosed value so far
   */
  public record Progress(
      Phase phase,
      int epoch,
      int epochs,
      long step,
      long steps,
      double recordsPerSecond,
      long bytesSent,
      int roundsPerStep,
      List<Metric> metrics)
      implements Content {
    /** Refuses negative counts and lists that are too long. */
    public Progress {
      Bounds.notNegative("epoch", epoch);
      Bounds.notNegative("epochs", epochs);
      Bounds.notNegative("step", step);
      Bounds.notNegative("steps", steps);
      Bounds.notNegative("recordsPerSecond", recordsPerSecond);
      Bounds.notNegative("bytesSent", bytesSent);
      Bounds.notNegative("roundsPerStep", roundsPerStep);
      metrics = List.copyOf(metrics);
      Bounds.size("metrics", metrics, METRICS_MAX);
    }
  }

  /**
   * The party's part is done and its share of the model, if it holds one, is stored.
   *
   * @param metrics every disclosed value of the attempt
   * @param model name and version; equal at all parties
   * @param bytesSent by this party in this attempt, on the data plane
   * @param roundsPerStep rounds of one training step, 0 if unknown
   * @param seconds how long the attempt took
   * @param remarks what else there is to say, one sentence each: after which epoch it stopped
   */
  public record Succeeded(
      List<Metric> metrics,
      ModelName model,
      long bytesSent,
      int roundsPerStep,
      double seconds,
      List<String> remarks)
      implements Content {
    /** Without remarks. */
    public Succeeded(
        List<Metric> metrics, ModelName model, long bytesSent, int roundsPerStep, double seconds) {
      this(metrics, model, bytesSent, roundsPerStep, seconds, List.of());
    }

    /** Refuses negative counts and lists that are too long; jobs of earlier versions have none. */
    public Succeeded {
      remarks = remarks == null ? List.of() : List.copyOf(remarks);
      Bounds.size("remarks", remarks, REMARKS_MAX);
      remarks.forEach(remark -> Bounds.text("remark", remark));
      Bounds.notNegative("bytesSent", bytesSent);
      Bounds.notNegative("roundsPerStep", roundsPerStep);
      Bounds.notNegative("seconds", seconds);
      metrics = List.copyOf(metrics);
      Bounds.size("metrics", metrics, METRICS_MAX);
    }
  }

  /**
   * The attempt failed at this party.
   *
   * @param phase what the party was doing, for a person: "connecting to hospital-b", "epoch 3"
   * @param reason one or more sentences; no record, share or key
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

  /**
   * A value that was on the disclosure list.
   *
   * @param name for example {@code loss}, {@code accuracy}, {@code confusion[0][1]}
   * @param epoch the epoch it belongs to, or none if it belongs to the whole attempt
   */
  public record Metric(String name, double value, Optional<Integer> epoch) {
    /** Refuses names that are empty or too long. */
    public Metric {
      Bounds.name("metric's name", name);
    }

    /** A value of the whole attempt. */
    public static Metric of(String name, double value) {
      return new Metric(name, value, Optional.empty());
    }

    /** A value of one epoch. */
    public static Metric ofEpoch(String name, int epoch, double value) {
      return new Metric(name, value, Optional.of(epoch));
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
