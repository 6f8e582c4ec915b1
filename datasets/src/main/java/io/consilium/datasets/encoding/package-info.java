/** From typed rows to the numbers that are secret-shared. */
package io.consilium.datasets.encoding;
