package io.consilium.party.demo;

import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.datasets.study.Study;
import io.consilium.datasets.study.StudyHospital;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Who takes part in the demo.
 *
 * @param hospitals the parties with records
 * @param neutral parties without records, which make up the three that compute
 * @param computeParties P0, P1 and P2
 */
record Roster(List<String> hospitals, List<String> neutral, List<String> computeParties) {

  static final String CONSORTIUM = "demo";
  static final Principal COORDINATOR = new Principal(Role.COORDINATOR, "coordinator");
  static final Principal RESEARCHER = new Principal(Role.RESEARCHER, "researcher");
  static final Principal CLIENT = new Principal(Role.CLIENT, "clinic");

  private static final int COMPUTE_PARTIES = 3;

  Roster {
    hospitals = List.copyOf(hospitals);
    neutral = List.copyOf(neutral);
    computeParties = List.copyOf(computeParties);
  }

  /** The study's hospitals; with fewer than three, neutral parties join them. */
  static Roster of(Study study) {
    List<String> hospitals = study.hospitals().stream().map(StudyHospital::name).toList();
    List<String> neutral = new ArrayList<>();
    for (int i = hospitals.size(); i < COMPUTE_PARTIES; i++) {
      neutral.add("neutral-" + (char) ('a' + neutral.size()));
    }
    List<String> compute =
        neutral.isEmpty()
            ? study.computeParties()
            : Stream.concat(hospitals.stream(), neutral.stream()).toList();
    return new Roster(hospitals, neutral, compute);
  }

  /** Every party of the consortium. */
  List<String> parties() {
    return Stream.concat(hospitals.stream(), neutral.stream()).toList();
  }

  /** Everybody who needs a certificate. */
  List<Principal> principals() {
    List<Principal> everybody = new ArrayList<>(List.of(COORDINATOR, RESEARCHER, CLIENT));
    parties().forEach(party -> everybody.add(new Principal(Role.PARTY, party)));
    return everybody;
  }
}
