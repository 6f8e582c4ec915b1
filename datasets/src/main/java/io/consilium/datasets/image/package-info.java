/** Greyscale pictures, and the file formats that they are read from. */
package io.consilium.datasets.image;
