package io.consilium.datasets.image;

/**
 * A picture as networks take it: channel after channel, each row by row from the top left, values
 * from 0 to 1. In the clear: it stays inside the process that read it and has no printable form.
 *
 * @param values [channels x height x width]; not copied
 */
public record Planes(int channels, int height, int width, double[] values) {
  @Override
  public String toString() {
    return "Planes[" + channels + " x " + height + " x " + width + "]";
  }
}
