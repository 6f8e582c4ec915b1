package io.consilium.bench;

import io.consilium.protocols.Cost;
import io.consilium.protocols.transport.Traffic;

/** What a measurement needs of the process around it. */
interface Surroundings {
  /** The largest of the numbers that the processes of this run give here; nobody goes on before. */
  long largest(long mine);

  /** Ends a repetition: nothing that the others wait for stays here. */
  void flush();

  /** Called once, between the warm-up and the first measured repetition. */
  void warm();

  Traffic traffic();

  Cost declared();

  /** A process that works alone. */
  Surroundings NONE =
      new Surroundings() {
        @Override
        public long largest(long mine) {
          return mine;
        }

        @Override
        public void flush() {}

        @Override
        public void warm() {}

        @Override
        public Traffic traffic() {
          return Traffic.NONE;
        }

        @Override
        public Cost declared() {
          return Cost.NONE;
        }
      };
}
