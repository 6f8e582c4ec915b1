/**
 * Secret tensors, the operations on them and the suites that carry them out.
 *
 * <p>{@link io.consilium.protocols.Backend} is the instruction set: what a secret program may do.
 * {@code rep3} carries it out among three parties on replicated shares; {@code clear} carries it
 * out on plain numbers and is the oracle of every test. {@code functions} are programs written once
 * over the instruction set. {@code transport} moves shares, {@code prf} makes masks, {@code ring}
 * holds the arithmetic of the integers modulo 2^64.
 */
package io.consilium.protocols;
