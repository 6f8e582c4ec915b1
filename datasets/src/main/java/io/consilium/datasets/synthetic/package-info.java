/** Made-up hospitals for demonstrations and tests; no record is of a person or copied from data. */
package io.consilium.datasets.synthetic;
