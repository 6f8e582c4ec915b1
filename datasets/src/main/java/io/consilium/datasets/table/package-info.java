/** Typed rows, checked against a study schema. */
package io.consilium.datasets.table;
