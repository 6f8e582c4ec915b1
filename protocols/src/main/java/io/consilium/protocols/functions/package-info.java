/**
 * Functions of secret tensors, written once over the instruction set: they run on shares and in the
 * clear alike. Every approximation states its domain and its error.
 */
package io.consilium.protocols.functions;
