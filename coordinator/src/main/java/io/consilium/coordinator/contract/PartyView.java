package io.consilium.coordinator.contract;

import java.time.Instant;
import java.util.Optional;

/**
 * A party as people see it.
 *
 * @param up whether it is registered with the coordinator and reachable
 * @param heardAt when it was last heard, while it is up
 */
public record PartyView(String name, boolean up, Optional<Instant> heardAt) {}
