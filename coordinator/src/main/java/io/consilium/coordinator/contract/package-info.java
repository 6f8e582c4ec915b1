/**
 * Everything that coordinator, parties and researchers say to each other on the control plane.
 *
 * <p>The transport is trusted for delivery only: a member of the cluster can send any message to
 * any actor. What authorises anything is therefore a {@code SignedDocument} of its author, and what
 * is signed names the job, the attempt and the author, so that it is worthless anywhere else.
 */
package io.consilium.coordinator.contract;
