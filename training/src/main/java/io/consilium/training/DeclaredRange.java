package io.consilium.training;

/**
 * What values of a program are assumed to be; beyond it results are wrong, not insecure.
 *
 * @param fractionBitsMax how many they have at most
 * @param magnitudeMax of their absolute values
 */
public record DeclaredRange(String values, int fractionBitsMax, double magnitudeMax) {}
