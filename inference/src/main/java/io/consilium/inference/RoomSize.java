package io.consilium.inference;

/**
 * How much a party wants to have under way on one line; 0 where it does not say.
 *
 * @param rows records of all questions together
 */
record RoomSize(int rows, int questions) {
  static final RoomSize UNKNOWN = new RoomSize(0, 0);
}
