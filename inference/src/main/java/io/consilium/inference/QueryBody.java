package io.consilium.inference;

import io.consilium.protocols.transport.Connection;
import io.consilium.protocols.transport.ConnectionException;

/**
 * What follows the announcement of a question on a line to a party. It is sent from where it is, as
 * fast as the party takes it.
 */
@FunctionalInterface
interface QueryBody {
  /** What follows a message that says everything. */
  QueryBody NONE = _ -> {};

  void sendTo(Connection connection) throws ConnectionException;
}
