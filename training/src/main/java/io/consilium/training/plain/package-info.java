/** The same training in the clear, in double precision with ND4J: verification and comparison. */
package io.consilium.training.plain;
