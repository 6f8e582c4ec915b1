package io.consilium.bench;

import io.consilium.bench.ServedExample.Asked;
import io.consilium.inference.Prediction;
import io.consilium.inference.Question;
import java.util.List;

/**
 * Questions of clients, each with some of its own, whose right answers are known and all different:
 * an answer that was computed wrongly or went to somebody else is noticed.
 */
final class Canaries {
  /** Answers on shares differ from those in the clear reference by units of the last places. */
  private static final double TOLERANCE = 1.5e-3;

  private static final int PER_CLIENT = 4;

  private final ServedExample example;
  private final List<Asked> asked;

  private Canaries(ServedExample example, List<Asked> asked) {
    this.example = example;
    this.asked = asked;
  }

  static Canaries of(ServedExample example, int clients) {
    List<Asked> asked = example.asked(clients * PER_CLIENT);
    for (int i = 0; i < asked.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (difference(asked.get(i).answer(), asked.get(j).answer()) <= 2 * TOLERANCE) {
          throw new IllegalStateException("questions " + i + " and " + j + " have one answer");
        }
      }
    }
    return new Canaries(example, asked);
  }

  private static double difference(double[] a, double[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }

  private static int index(int client, long turn) {
    return client * PER_CLIENT + (int) (turn % PER_CLIENT);
  }

  Question question(int client, long turn) {
    return asked.get(index(client, turn)).question();
  }

  boolean isRight(int client, long turn, Prediction prediction) {
    double[] right = asked.get(index(client, turn)).answer();
    double[] answer = example.answer(prediction);
    return prediction.values().length == 1
        && answer.length == right.length
        && difference(answer, right) <= TOLERANCE;
  }
}
