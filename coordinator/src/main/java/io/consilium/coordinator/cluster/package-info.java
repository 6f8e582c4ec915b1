/** The control plane: a Pekko cluster over mutual TLS, whose members are known by certificate. */
package io.consilium.coordinator.cluster;
