package io.consilium.inference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.consilium.inference.onnx.SharedNetwork;
import io.consilium.inference.onnx.program.Program;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import java.util.List;

/**
 * What the card of an imported network says to a client, in place of the schema of a study: whose
 * it is, who may ask it, and what tensors it takes and gives.
 *
 * <p>Inputs travel side by side in one row of codes, each in a format of its own, and so do
 * outputs; {@link NetworkQuestion} and {@link NetworkAnswer} know how.
 *
 * @param clients names of the clients who may ask; anybody whom the parties serve, if empty
 */
public record NetworkCard(
    String owner, List<String> clients, List<Part> inputs, List<Part> outputs, Pixels pixels) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /**
   * A tensor of a question or an answer.
   *
   * @param magnitudeMax the largest absolute value for which the network is right
   */
  public record Part(String name, List<Integer> dimensions, int fractionBits, double magnitudeMax) {
    public Part {
      dimensions = List.copyOf(dimensions);
    }

    public Shape shape() {
      return new Shape(dimensions);
    }

    int size() {
      return shape().size();
    }

    FixedPoint format() {
      return new FixedPoint(fractionBits);
    }
  }

  /**
   * How pictures become tensors: (white x pixel - mean) / deviation, with pixels from 0 to 1.
   *
   * @param white what a white pixel is, such as 1 or 255
   * @param mean of each channel; 0 if empty
   * @param deviation of each channel; 1 if empty
   */
  public record Pixels(double white, List<Double> mean, List<Double> deviation) {
    public static final Pixels UNIT = new Pixels(1, List.of(), List.of());

    public Pixels {
      mean = List.copyOf(mean);
      deviation = List.copyOf(deviation);
      boolean finite =
          Double.isFinite(white)
              && mean.stream().allMatch(Double::isFinite)
              && deviation.stream().allMatch(d -> Double.isFinite(d) && d != 0);
      if (!finite) {
        throw new IllegalArgumentException("pixels cannot be scaled like that");
      }
    }

    /** The number of a pixel from 0 to 1. */
    public double of(double pixel, int channel) {
      double centre = mean.isEmpty() ? 0 : mean.get(channel % mean.size());
      double scale = deviation.isEmpty() ? 1 : deviation.get(channel % deviation.size());
      return (white * pixel - centre) / scale;
    }
  }

  public NetworkCard {
    clients = List.copyOf(clients);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * What a client has to know of a network.
   *
   * @throws IllegalArgumentException if it takes nothing that is secret
   */
  public static NetworkCard of(
      SharedNetwork network, String owner, List<String> clients, Pixels pixels) {
    if (network.program().inputs().isEmpty()) {
      throw new IllegalArgumentException("the network has no secret input to be asked with");
    }
    return new NetworkCard(
        owner,
        clients,
        network.program().inputs().stream().map(x -> input(network, x)).toList(),
        network.program().outputs().stream().map(y -> output(network, y)).toList(),
        pixels);
  }

  private static Part input(SharedNetwork network, Program.Named x) {
    return new Part(
        x.name(),
        x.value().shape().dimensions(),
        network.format(x).fractionBits(),
        network.magnitudeMax(x));
  }

  private static Part output(SharedNetwork network, Program.Named y) {
    int bits = network.outputFormat(y).fractionBits();
    return new Part(y.name(), y.value().shape().dimensions(), bits, 0);
  }

  /** Whether a client, by the name in its certificate, may ask. */
  public boolean serves(String client) {
    return clients.isEmpty() || clients.contains(client);
  }

  int inputElements() {
    return inputs.stream().mapToInt(Part::size).reduce(0, Math::addExact);
  }

  int outputElements() {
    return outputs.stream().mapToInt(Part::size).reduce(0, Math::addExact);
  }

  /** The largest code of a question. */
  double codeMax() {
    return inputs.stream()
        .mapToDouble(x -> Math.ceil(Math.scalb(x.magnitudeMax(), x.fractionBits())))
        .max()
        .orElseThrow();
  }

  JsonNode toJson() {
    return JSON.valueToTree(this);
  }

  static JsonNode nothing() {
    return JsonNodeFactory.instance.objectNode();
  }

  /**
   * Reads it from the card of an imported network.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static NetworkCard of(ModelCard card) {
    if (!card.isImported()) {
      throw new IllegalArgumentException(card.title() + " is no imported network");
    }
    try {
      return JSON.treeToValue(card.schema(), NetworkCard.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "the card of " + card.title() + " does not describe a network", e);
    }
  }
}
