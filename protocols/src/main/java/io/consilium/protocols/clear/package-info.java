/** The instruction set on plain numbers: the oracle that every protocol is compared with. */
package io.consilium.protocols.clear;
