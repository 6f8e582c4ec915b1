/** The study schema: what every site's table must look like. */
package io.consilium.datasets.schema;
