package io.consilium.training.plain;

import io.consilium.protocols.clear.BrokenRange;
import io.consilium.training.TrainingListener;
import java.lang.StackWalker.StackFrame;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The promises that a run in the clear has broken: one entry for each place of the program, with
 * the largest value and where in the run it began.
 */
final class BrokenRanges implements Consumer<BrokenRange>, TrainingListener {
  /** Whose work is done for somebody else, who is the one to name. */
  private static final Set<String> HELPERS =
      Set.of("Arrangement", "BrokenRanges", "Chain", "Comparisons", "Kept", "Pass");

  private static final List<String> PROGRAMS =
      List.of("io.consilium.training.", "io.consilium.protocols.functions.");

  private final Map<Key, BrokenPlace> places = new LinkedHashMap<>();
  private int epoch;
  private long step;

  private record Key(String place, BrokenRange.Promise promise, int fractionBits) {}

  @Override
  public void progressed(Progress progress) {
    epoch = progress.epoch();
    step = progress.step();
  }

  /** Told within the instruction, so the caller that named a wrong range is on the stack. */
  @Override
  public void accept(BrokenRange broken) {
    String place =
        StackWalker.getInstance()
            .walk(frames ->
                frames.map(BrokenRanges::place).filter(name -> !name.isEmpty()).findFirst())
            .orElse("the program");
    int bits = broken.type().format().fractionBits();
    places.merge(
        new Key(place, broken.promise(), bits),
        new BrokenPlace(
            place, broken.promise(), bits, broken.value(), broken.most(), 1, epoch, step),
        BrokenPlace::and);
  }

  /** The simple name of a class that decides about ranges, or nothing. */
  private static String place(StackFrame frame) {
    String name = frame.getClassName();
    String simple = name.substring(name.lastIndexOf('.') + 1).replaceFirst("\\$.*", "");
    return PROGRAMS.stream().anyMatch(name::startsWith) && !HELPERS.contains(simple) ? simple : "";
  }

  List<BrokenPlace> all() {
    return List.copyOf(places.values());
  }
}
