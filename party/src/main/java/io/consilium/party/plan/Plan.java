package io.consilium.party.plan;

import io.consilium.party.policy.OwnData;
import io.consilium.party.policy.PolicyDecision;
import io.consilium.party.policy.SitePolicy;
import java.util.List;
import java.util.Map;

/** A compiled job of any kind: what this party would do, and everything that would be opened. */
public sealed interface Plan permits JobPlan, ImportPlan {
  /** The model's name. */
  String name();

  /** Why, for the officers who approve it. */
  String purpose();

  /** Everybody who takes part, in the manifest's order. */
  List<String> parties();

  /** P0, P1 and P2, in this order. */
  List<String> computeParties();

  /** Who brings what is computed with, in the manifest's order. */
  List<String> dataHolders();

  /** SHA-256 of all of it, hexadecimal, equal at every party. */
  String digest();

  /** What the site has declared about the data that the job wants; no record is read for it. */
  OwnData own(SiteDeclarations site);

  /** What the site's rules say about it. */
  PolicyDecision decide(SitePolicy policy, OwnData own);

  /** What an officer should know before approving, one sentence each. */
  List<String> facts(OwnData own);

  /** Public facts for the audit log. */
  Map<String, String> auditDetail();
}
