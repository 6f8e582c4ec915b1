package io.consilium.training;

import io.consilium.protocols.Shape;

/**
 * A layer as it will be trained.
 *
 * @param output the shape of its output for one record
 * @param parameters numbers that are trained, and running statistics
 */
public record PlannedLayer(String type, Shape output, long parameters) {}
