package io.consilium.datasets.study;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One site of a study.
 *
 * @param name the party's name
 * @param definition its entry in {@code datasets.yaml}; the path of the file is relative to the
 *     study's data directory
 */
public record StudyHospital(String name, ObjectNode definition) {}
