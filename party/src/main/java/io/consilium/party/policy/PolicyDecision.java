package io.consilium.party.policy;

import java.util.List;

/** What a site says to a job. */
public sealed interface PolicyDecision {

  /** The job may run with this site. */
  record Accept() implements PolicyDecision {}

  /**
   * The job may not run with this site.
   *
   * @param reasons one sentence for each rule that it breaks
   */
  record Refuse(List<String> reasons) implements PolicyDecision {
    /** Copies the reasons, of which there is at least one. */
    public Refuse {
      reasons = List.copyOf(reasons);
      if (reasons.isEmpty()) {
        throw new IllegalArgumentException("a refusal has a reason");
      }
    }
  }

  /** The job keeps every rule, and the site wants a person to look at it first. */
  record NeedsApproval() implements PolicyDecision {}
}
