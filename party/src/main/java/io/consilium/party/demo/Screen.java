package io.consilium.party.demo;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/** Progress for people, on standard error: the steps in their order, and what each came to. */
final class Screen {

  private static final String INDENT = "      ";

  private final PrintWriter out;
  private final InstantSource clock;
  private final int steps;
  private int step;
  private Instant stepBegan;
  private String lastNote = "";

  Screen(PrintWriter out, InstantSource clock, int steps) {
    this.out = out;
    this.clock = clock;
    this.steps = steps;
    this.stepBegan = clock.instant();
  }

  /** A line before, between or after the steps. */
  void line(String text) {
    out.println(text);
    out.flush();
  }

  /** The next step begins. */
  void begin(String text) {
    step++;
    stepBegan = clock.instant();
    line("[" + step + "/" + steps + "] " + text);
  }

  /** Something about the step under way; said once if it is said again and again. */
  void note(String text) {
    if (!text.equals(lastNote)) {
      lastNote = text;
      line(INDENT + text);
    }
  }

  /** The step is done. */
  void done(String text) {
    note(text + " (" + seconds(Duration.between(stepBegan, clock.instant())) + ")");
  }

  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}
