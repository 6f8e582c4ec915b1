package io.consilium.bench;

import io.consilium.inference.Question;

/**
 * Questions of clients, each with some of its own, whose right answers are known and all different:
 * an answer that was computed wrongly or went to somebody else is noticed.
 */
final class Canaries {
  /** Answers on shares differ from those in the clear reference by units of the last places. */
  private static final double TOLERANCE = 1.5e-3;

  private static final int PER_CLIENT = 4;

  private final double[][] records;
  private final double[][] answers;

  private Canaries(double[][] records, double[][] answers) {
    this.records = records;
    this.answers = answers;
  }

  static Canaries of(ServedExample example, int clients) {
    double[][] records = example.records(clients * PER_CLIENT);
    double[][] answers = example.answers(records);
    for (int i = 0; i < answers.length; i++) {
      for (int j = 0; j < i; j++) {
        if (difference(answers[i], answers[j]) <= 2 * TOLERANCE) {
          throw new IllegalStateException("questions " + i + " and " + j + " have one answer");
        }
      }
    }
    return new Canaries(records, answers);
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
    return Question.complete(new double[][] {records[index(client, turn)]});
  }

  boolean isRight(int client, long turn, double[][] values) {
    double[] right = answers[index(client, turn)];
    return values.length == 1
        && values[0].length == right.length
        && difference(values[0], right) <= TOLERANCE;
  }
}
