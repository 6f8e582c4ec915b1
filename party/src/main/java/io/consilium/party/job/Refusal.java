package io.consilium.party.job;

import io.consilium.coordinator.contract.FailureKind;
import io.consilium.coordinator.contract.VerdictDocument;
import io.consilium.coordinator.jobs.RefusedException;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.party.policy.PolicyDecision;

/**
 * Everything that this site can say when it refuses a job. There is no way to say anything else: a
 * message about a file or a record has no place in it but the constant sentences of {@link
 * RecordsRefused}.
 */
sealed interface Refusal {
  int SENTENCE_CHARS_MAX = 1_900;

  FailureKind kind();

  /** For the researcher. */
  String sentence();

  /** Whether it counts towards the researcher's failures. */
  default boolean counts() {
    return true;
  }

  /**
   * The manifest is wrong. The sentence was made from the manifest alone, see {@link
   * io.consilium.party.plan.PlanCompiler}.
   */
  record OfManifest(String sentence) implements Refusal {
    OfManifest(InvalidDefinitionException problem) {
      this(problem.getMessage());
    }

    @Override
    public FailureKind kind() {
      return FailureKind.BAD_DATA;
    }
  }

  /**
   * The order to run it does not count, or its parties are not as this consortium's: said by the
   * order and the envelope alone.
   */
  record OfOrder(FailureKind kind, String sentence) implements Refusal {
    OfOrder(RefusedException refused) {
      this(refused.kind(), refused.getMessage());
    }
  }

  /** The site's rules forbid it; they repeat the researcher's own words only. */
  record OfPolicy(PolicyDecision.Refuse decision) implements Refusal {
    @Override
    public FailureKind kind() {
      return FailureKind.NOT_ALLOWED;
    }

    @Override
    public String sentence() {
      return String.join(" ", decision.reasons());
    }
  }

  /** The site's officer forbids it, in words of that person. */
  record OfOfficer(String site, String reason) implements Refusal {
    @Override
    public FailureKind kind() {
      return FailureKind.NOT_ALLOWED;
    }

    @Override
    public String sentence() {
      return "The officer of " + site + " refused: " + reason;
    }
  }

  /** The records do not do. */
  record OfRecords(RecordsRefused refused) implements Refusal {
    @Override
    public FailureKind kind() {
      return refused.kind();
    }

    @Override
    public String sentence() {
      return refused.getMessage();
    }
  }

  /** The site cannot look at it, now or at all. */
  enum NotNow implements Refusal {
    NO_RESULTS_KEY(
        FailureKind.BAD_DATA,
        "The submission comes without a key that results can be sealed to. Submit the study with"
            + " \"consilium train\" of this version."),
    MANY_ACCEPTED(FailureKind.NOT_READY, "Too many accepted jobs wait to begin."),
    MANY_PENDING(FailureKind.NOT_READY, "Too many jobs wait for this site's officer."),
    MANY_FAILED(
        FailureKind.NOT_READY,
        "Too many jobs of this researcher were refused or failed here within the last hour; submit"
            + " again later."),
    /** It is the disk that speaks, whatever the job. */
    UNWRITABLE(
        FailureKind.NOT_READY,
        "This party cannot write its audit log now (disk full, or the log is not the one it"
            + " signed). Its administrator finds the reason in the log; submit the job again"
            + " afterwards."),
    NO_APPROVAL(FailureKind.INTERNAL, "The approval could not be asked for."),
    FAULT(FailureKind.INTERNAL, "A fault of the program; this party's log has the details.");

    private final FailureKind kind;
    private final String sentence;

    NotNow(FailureKind kind, String sentence) {
      this.kind = kind;
      this.sentence = sentence;
    }

    @Override
    public FailureKind kind() {
      return kind;
    }

    @Override
    public String sentence() {
      return sentence;
    }

    @Override
    public boolean counts() {
      return false;
    }
  }

  /** What goes to the coordinator. */
  default VerdictDocument.Refused verdict() {
    return new VerdictDocument.Refused(kind(), cut(sentence()));
  }

  /** Not longer than a message to the coordinator may be: parts of it may be others' words. */
  static String cut(String sentence) {
    return sentence.length() <= SENTENCE_CHARS_MAX
        ? sentence
        : sentence.substring(0, SENTENCE_CHARS_MAX) + " ...";
  }
}
