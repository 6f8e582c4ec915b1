/**
 * The arithmetic of the integers modulo 2^64 and of bit vectors on flat arrays: Java's long wraps
 * around exactly as the ring does. No branch and no index depends on an element.
 */
package io.consilium.protocols.ring;
