package io.consilium.bench;

import io.consilium.inference.ModelAsset;
import io.consilium.inference.ModelCard;
import io.consilium.inference.Prediction;
import io.consilium.inference.Question;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.rep3.SharePair;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** A made-up model that every process of a benchmark knows. */
sealed interface ServedExample permits TrainedExample, ImportedExample {
  String LOGISTIC = "logistic-30";
  String CNN = "cnn-28";
  String IMPORTED = "imported-cnn-28";

  /** The name of the model. */
  String MODEL = "bench";

  /** When it was made, so that all have the same card. */
  String CREATED = "2026-01-01T00:00:00Z";

  static ServedExample of(String name) {
    return switch (name) {
      case LOGISTIC -> TrainedExample.logistic();
      case CNN -> TrainedExample.cnn();
      case IMPORTED -> ImportedExample.cnn();
      default -> throw new IllegalArgumentException("there is no model " + name);
    };
  }

  static List<String> computeParties() {
    return Arrays.stream(ComputeParty.values()).map(p -> Session.principal(p).name()).toList();
  }

  ModelCard card();

  /** What a party has of the model; the split is as public as the model. */
  ModelAsset asset(ComputeParty party);

  /** A question of one record, and its right answer in the clear. */
  record Asked(Question question, double[] answer) {}

  /** Questions whose right answers are all different, as {@link Canaries} checks. */
  List<Asked> asked(int count);

  /** What a prediction says about its record. */
  double[] answer(Prediction prediction);

  /** A party's two of three shares. */
  static SharePair split(long[] codes, SplittableRandom random, ComputeParty party) {
    long[] rest = codes.clone();
    List<long[]> shares =
        List.of(random.longs(codes.length).toArray(), random.longs(codes.length).toArray(), rest);
    for (int i = 0; i < codes.length; i++) {
      rest[i] -= shares.get(0)[i] + shares.get(1)[i];
    }
    return new SharePair(shares.get(party.ordinal()), shares.get(party.next().ordinal()));
  }
}
