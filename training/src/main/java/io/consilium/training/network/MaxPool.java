package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.ring.ColumnSums;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The largest value of every window. The error goes to the one place that was chosen; of equal
 * values that is the last one.
 *
 * <p>Shape: [n, channels, spatial...] to the same rank. Rounds for k values in a window, with l =
 * ceil(log2 k): 7 l forward and l + 1 backward, and 2 each where the operand has too many fraction
 * bits. Bytes for each window: k - 1 signs and selections forward, k - 1 selections backward.
 *
 * <p>Values of a window differ by less than 2^8, so that the comparison is one of 33 bits at most.
 */
public record MaxPool(Window window) implements Layer {
  /** Bits of a difference before the point, and its sign. */
  private static final int WHOLE_BITS = 9;

  @Override
  public Shape output(Shape input) {
    return Places.of(window, input).output();
  }

  @Override
  public List<Parameter> parameters(Shape input) {
    return List.of();
  }

  @Override
  public Applied forward(Pass pass, SecretTensor wide, List<SecretTensor> parameters) {
    Backend b = pass.backend();
    Places places = Places.of(window, Pass.rowShape(wide));
    SecretTensor x = pass.shortened(wide, Ranges.INPUT_BITS_MAX);
    ValueRange range = ValueRange.ofWidth(WHOLE_BITS + x.format().fractionBits());
    SecretTensor planes = b.reshape(x, Shape.matrix(x.size() / places.plane(), places.plane()));
    List<SecretTensor> values = new ArrayList<>();
    for (int t = 0; t < places.volume(); t++) {
      values.add(b.sumColumns(planes, ColumnSums.at(places.plane(), places.elements(t))));
    }
    Tournament tournament = Tournament.of(b, values, range);
    Shape pooled = batch(x.shape().rows(), places.output());
    return new Forward(
        x.shape(), places, tournament, b.reshape(b.within(tournament.largest(), range), pooled));
  }

  static Shape batch(int rows, Shape row) {
    List<Integer> dimensions = new ArrayList<>(List.of(rows));
    dimensions.addAll(row.dimensions());
    return new Shape(dimensions);
  }

  private record Forward(Shape input, Places places, Tournament tournament, SecretTensor output)
      implements Applied {
    /** The error is shortened before it is spread over more elements, not after. */
    @Override
    public Derivatives backward(Pass pass, SecretTensor wide, boolean wantsError) {
      if (!wantsError) {
        return new Derivatives(Optional.empty(), List.of());
      }
      Backend b = pass.backend();
      SecretTensor error = pass.shortened(wide, Ranges.DEFAULT.fractionBits());
      int rows = error.size() / places.positions();
      SecretTensor e = b.reshape(error, Shape.matrix(rows, places.positions()));
      SecretTensor spread = b.sumColumns(parts(b, e), places.gathered().transposed());
      return new Derivatives(Optional.of(b.reshape(spread, input)), List.of());
    }

    /** What each element of a window gets: all but the last are selected, that has the rest. */
    private List<SecretTensor> parts(Backend b, SecretTensor error) {
      if (places.volume() == 1) {
        return List.of(error);
      }
      List<SecretBits> chosen = tournament.chosen(b);
      int others = chosen.size() - 1;
      List<SecretTensor> parts =
          new ArrayList<>(
              b.bitProducts(
                      List.of(), chosen.subList(0, others), Collections.nCopies(others, error))
                  .products());
      SecretTensor rest = error;
      for (SecretTensor part : parts) {
        rest = b.subtract(rest, part);
      }
      parts.add(rest);
      return parts;
    }
  }
}
