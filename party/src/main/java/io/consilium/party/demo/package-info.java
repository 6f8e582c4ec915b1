/**
 * {@code consilium demo}: real nodes as separate processes on this machine, one training, one round
 * of questions, and a comparison with the same training in the clear.
 */
package io.consilium.party.demo;
