/**
 * What the secure computations cost: whole runs of three processes over loopback mutual TLS, and
 * the kernels inside them. Nothing depends on this module.
 */
package io.consilium.bench;
