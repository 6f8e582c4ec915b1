package io.consilium.protocols.ring;

/** A part of a product: a rectangle of the result and a range of the inner index. */
record Tile(int rowFrom, int rows, int columnFrom, int columns, int innerFrom, int inner) {}
