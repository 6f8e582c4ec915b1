package io.consilium.inference;

/** What all models and all lines of one party have in common. */
record Reception(
    ServingNode node, ServingSite site, ServingLimits limits, Seats seats, Clerk clerk) {}
