package io.consilium.bench;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How this program's further processes are started: with the JVM options that it has itself. */
final class JavaCommand {
  /**
   * The JVM's own choice on a machine with two processors, named so that figures compare. For a
   * million products the serial collector took 1.6 times the CPU time and twice the memory.
   */
  private static final String COLLECTOR = "-XX:+UseG1GC";

  private final int threads;
  private final List<String> inherited;

  JavaCommand(int threads) {
    this(threads, ManagementFactory.getRuntimeMXBean().getInputArguments());
  }

  JavaCommand(int threads, List<String> inherited) {
    this.threads = threads;
    this.inherited = List.copyOf(inherited);
  }

  /** JMH's processes talk in serialised objects, to each other alone. */
  JavaCommand forJmh() {
    return new JavaCommand(
        threads,
        inherited.stream().filter(option -> !option.startsWith("-Djdk.serialFilter")).toList());
  }

  /** The words of a command line that runs this class with one argument. */
  List<String> of(Class<?> main, String argument) {
    return of(main, List.of(), argument);
  }

  /** The same with options that hold unless this program has them otherwise. */
  List<String> of(Class<?> main, List<String> options, String argument) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (inherited.stream().noneMatch(option -> option.matches("-XX:\\+Use\\w+GC"))) {
      words.add(COLLECTOR);
    }
    words.add("-Dconsilium.computeThreads=" + threads);
    words.addAll(options);
    words.addAll(inherited);
    words.add("-cp");
    words.add(System.getProperty("java.class.path"));
    words.add(main.getName());
    words.add(argument);
    return words;
  }
}
