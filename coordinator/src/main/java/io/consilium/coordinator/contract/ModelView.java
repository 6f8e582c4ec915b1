package io.consilium.coordinator.contract;

import java.time.Instant;
import java.util.List;

/** A model that a finished job left behind as shares at its compute parties. */
public record ModelView(
    String name,
    String version,
    JobId jobId,
    String researcher,
    List<String> parties,
    List<String> computeParties,
    Instant trainedAt) {}
