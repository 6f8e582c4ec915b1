package io.consilium.coordinator.network;

import java.time.Duration;

/**
 * The bounds of a listening port.
 *
 * @param handshake time from the connection to the end of its TLS handshake
 * @param unauthenticatedMax connections whose handshake has not ended; beyond it the oldest gives
 *     way
 * @param perPrincipalMax authenticated connections of one principal; beyond it the principal's own
 *     oldest idle one gives way, or its oldest if none is idle
 * @param authenticatedMax authenticated connections in all; beyond it the principal with the most
 *     gives one up
 */
public record ConnectionLimits(
    Duration handshake, int unauthenticatedMax, int perPrincipalMax, int authenticatedMax) {}
