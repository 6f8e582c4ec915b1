/**
 * Kernels and primitives under JMH, which needs public classes that are not final. Inputs are
 * seeded; nothing here is secret.
 */
package io.consilium.bench.kernels;
