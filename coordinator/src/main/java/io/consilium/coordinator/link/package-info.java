/**
 * A party's side of the control plane: finds the coordinator, verifies it, and stays registered.
 */
package io.consilium.coordinator.link;
