/** Strict reading of YAML and JSON definitions. */
package io.consilium.datasets.definition;
