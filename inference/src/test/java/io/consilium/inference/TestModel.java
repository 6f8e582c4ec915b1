package io.consilium.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.functions.Sigmoid;
import io.consilium.protocols.rep3.SharePair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A logistic model whose weights the test knows; absent features count as zero. */
final class TestModel {
  static final int COLUMNS = 4;
  static final FixedPoint WEIGHTS = new FixedPoint(16);

  private static final double[] WEIGHT = {0.75, -1.25, 0.5, 2};
  private static final double BIAS = -0.375;

  private TestModel() {}

  static ModelCard card(int version) {
    return new ModelCard(
        "heart-risk",
        version,
        "logistic",
        "job-7",
        "00ff",
        List.of("hospital-a", "hospital-b", "hospital-c"),
        json("{\"type\":\"logistic\"}"),
        json("{\"columns\":[{\"name\":\"age\",\"min\":0.5}]}"),
        json("{\"b\":1,\"a\":[2,1]}"),
        new ModelCard.Features(COLUMNS, 24, 16),
        new ModelCard.Output("probability", List.of("0", "1"), 1, 16),
        "2026-01-02T03:04:05Z");
  }

  static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The model at the three parties, in their order; the seed makes the shares. */
  static List<ModelAsset> assets(ModelCard card, long seed) {
    Random random = new Random(seed);
    List<long[]> weights = split(WEIGHTS.encode(WEIGHT), random);
    List<long[]> bias = split(WEIGHTS.encode(new double[] {BIAS}), random);
    List<ModelAsset> assets = new ArrayList<>();
    for (ComputeParty party : ComputeParty.values()) {
      assets.add(
          new ModelAsset(
              card,
              List.of(
                  tensor("weights", Shape.matrix(COLUMNS, 1), weights, party),
                  tensor("bias", Shape.vector(1), bias, party))));
    }
    return assets;
  }

  private static StoredTensor tensor(
      String name, Shape shape, List<long[]> shares, ComputeParty party) {
    SharePair pair = new SharePair(shares.get(party.ordinal()), shares.get(party.next().ordinal()));
    return new StoredTensor(name, shape, WEIGHTS, pair);
  }

  private static List<long[]> split(long[] codes, Random random) {
    long[] x0 = random.longs(codes.length).toArray();
    long[] x1 = random.longs(codes.length).toArray();
    long[] x2 = new long[codes.length];
    for (int i = 0; i < codes.length; i++) {
      x2[i] = codes[i] - x0[i] - x1[i];
    }
    return List.of(x0, x1, x2);
  }

  static SecretModel load(ModelCard card, Map<String, SecretTensor> tensors) {
    SecretTensor weights = tensors.get("weights");
    SecretTensor bias = tensors.get("bias");
    return (b, features, mask) -> {
      SecretTensor logits =
          b.truncate(
              b.matmul(b.multiply(features, mask), false, weights, false),
              card.features().fractionBits());
      int rows = features.shape().rows();
      return Sigmoid.exact(b, b.add(logits, b.repeat(bias, rows)));
    };
  }

  static double clear(double[] features, boolean[] present) {
    double logit = BIAS;
    for (int j = 0; j < COLUMNS; j++) {
      logit += present[j] ? WEIGHT[j] * features[j] : 0;
    }
    return 1 / (1 + Math.exp(-logit));
  }

  static Question question(int rows, long seed) {
    Random random = new Random(seed);
    double[][] features = new double[rows][COLUMNS];
    boolean[][] present = new boolean[rows][COLUMNS];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < COLUMNS; j++) {
        features[i][j] = 2 * random.nextGaussian();
        present[i][j] = random.nextInt(5) > 0;
      }
    }
    return new Question(features, present);
  }
}
