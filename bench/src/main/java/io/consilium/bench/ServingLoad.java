package io.consilium.bench;

/**
 * What clients do: each asks one record at a time and waits for the answer, until all questions
 * have been asked together. For an overload, as many more are asked afterwards, at a rate that does
 * not depend on the answers.
 *
 * @param clients each with a certificate and connections of its own
 * @param requests of all clients together
 * @param overload the rate, as a multiple of what was answered before; 0 for none
 */
record ServingLoad(int clients, int requests, double overload) {}
