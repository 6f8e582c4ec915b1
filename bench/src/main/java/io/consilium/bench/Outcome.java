package io.consilium.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a benchmark gave. */
sealed interface Outcome permits Result, ServingResult {
  /** One object for a line of output. */
  ObjectNode toJson();
}
