package io.consilium.bench;

import io.consilium.protocols.rep3.Rep3Backend;
import java.io.IOException;
import java.util.List;

/** Something that is measured under a name. */
sealed interface Benchmark {

  String name();

  /** A computation that has a counterpart in the clear. */
  sealed interface Compared extends Benchmark {
    /**
     * The same computation in the clear, with ND4J in single precision.
     *
     * <p>It runs in a process of its own, on one thread.
     */
    Task plaintext();
  }

  /** Something that three parties do together. */
  non-sealed interface Secure extends Compared {
    /** Shares the inputs; called by all three parties. */
    Task prepare(Rep3Backend backend);

    /** Writes the files that the parties read, once and before they start. */
    default void makeFiles() throws IOException {}

    /** Options of each party's JVM, after those that all have. */
    default List<String> partyOptions() {
      return List.of();
    }

    /** Whether one run is a step of a training, so that steps per second say something. */
    default boolean isStep() {
      return false;
    }
  }

  /** Something that one process does alone, on one thread. */
  non-sealed interface Kernel extends Compared {
    Task prepare();

    /** Multiplications with addition in one run. */
    long macs();
  }

  /**
   * Three parties that answer the questions of many clients.
   *
   * @param example the model's name, see {@link ServedExample}
   * @param load what the clients do
   */
  record Serving(String name, String example, ServingLoad load) implements Benchmark {}
}
