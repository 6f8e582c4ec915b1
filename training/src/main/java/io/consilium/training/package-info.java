/**
 * Training on secret shares: the plan that every party compiles for itself, the secret program, the
 * shared model, and the few numbers that may be released.
 */
package io.consilium.training;
