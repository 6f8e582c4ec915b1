package io.consilium.datasets.schema;

/**
 * One column of a study schema.
 *
 * @param name letters, digits and underscores; compared without case, as databases do
 */
public record Column(String name, Role role, ColumnType type, MissingPolicy missing) {}
