/**
 * Who is who in a consortium: certificates, mutual TLS 1.3 and signed documents, with the JDK's own
 * providers only.
 *
 * <p>Start with {@link io.consilium.coordinator.identity.Identity} (this process's own key) and
 * {@link io.consilium.coordinator.identity.Trust} (everybody else's certificates).
 */
package io.consilium.coordinator.identity;
