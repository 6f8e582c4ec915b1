package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.functions.Signs;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The largest of each column, [k, n] to [n], by rounds of pairs: 7 for each doubling of k. */
public record Largest(Value x) implements Instruction {
  @Override
  public List<Value> operands() {
    return List.of(x);
  }

  @Override
  public Shape shape() {
    return Shape.vector(x.shape().columns());
  }

  @Override
  public double[] evaluate(List<double[]> operands) {
    double[] from = operands.getFirst();
    int columns = x.shape().columns();
    double[] largest = java.util.Arrays.copyOf(from, columns);
    for (int i = columns; i < from.length; i++) {
      largest[i % columns] = Math.max(largest[i % columns], from[i]);
    }
    return largest;
  }

  @Override
  public Interval range(List<Interval> operands) {
    return operands.getFirst();
  }

  @Override
  public boolean hasTightRange() {
    return true;
  }

  @Override
  public Bundle bundle() {
    return Bundle.Kind.LARGEST;
  }

  /** The largest of several, of any numbers of rows, in the rounds of the one with most. */
  static List<SecretTensor> together(List<Step> steps) {
    Backend b = steps.getFirst().backend();
    List<SecretTensor> players = new ArrayList<>(steps.stream().map(Columns::beside).toList());
    List<Integer> playing = playing(players);
    while (!playing.isEmpty()) {
      List<SecretTensor> winners = winners(b, playing.stream().map(players::get).toList());
      for (int i = 0; i < winners.size(); i++) {
        players.set(playing.get(i), winners.get(i));
      }
      playing = playing(players);
    }
    return players;
  }

  private static List<Integer> playing(List<SecretTensor> players) {
    return IntStream.range(0, players.size())
        .filter(i -> players.get(i).shape().rows() > 1)
        .boxed()
        .toList();
  }

  /** One round: the larger of each two, and who has nobody to play against. */
  private static List<SecretTensor> winners(Backend b, List<SecretTensor> players) {
    List<SecretTensor> right = new ArrayList<>();
    List<SecretTensor> differences = new ArrayList<>();
    for (SecretTensor x : players) {
      int pairs = x.shape().rows() / 2;
      right.add(b.rowRange(x, pairs, 2 * pairs));
      differences.add(b.subtract(right.getLast(), b.rowRange(x, 0, pairs)));
    }
    List<SecretTensor> negative = Signs.negativeParts(b, differences);
    List<SecretTensor> winners = new ArrayList<>();
    for (int i = 0; i < players.size(); i++) {
      SecretTensor x = players.get(i);
      SecretTensor part = b.reshape(negative.get(i), right.get(i).shape());
      SecretTensor best = b.within(b.subtract(right.get(i), part), x.range());
      int rows = x.shape().rows();
      winners.add(
          rows % 2 == 0 ? best : b.concatenate(List.of(best, b.rowRange(x, rows - 1, rows))));
    }
    return winners;
  }
}
