/**
 * Neural networks trained on secret shares: layers, losses and optimisers over the instruction set.
 *
 * <p>A step is made for few rounds. Truncation is lazy: a tensor keeps the fraction bits that its
 * products gave it until the next product would not fit, and whatever has to be shortened for later
 * is shortened in the rounds of the next truncation. The gradients of all parameters are one list
 * of products, their updates one list of truncations.
 */
package io.consilium.training.network;
