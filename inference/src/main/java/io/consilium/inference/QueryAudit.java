package io.consilium.inference;

import java.util.List;

/** Is told about every query, in public facts only. */
@FunctionalInterface
public interface QueryAudit {
  /** What happened to queries. */
  sealed interface Fact {
    /**
     * A prediction is about to be shared with a client.
     *
     * @param queryId 32 hexadecimal digits
     */
    record Answered(String client, ModelCard card, String queryId, int rows) implements Fact {}

    /**
     * A client was refused, for the reason that it was told.
     *
     * @param queryId that of the last one, if there were several
     * @param rows of all of them
     * @param times how often, one after the other and for the same reason
     */
    record Refused(
        String client, String model, String queryId, long rows, String reason, long times)
        implements Fact {}
  }

  /**
   * Writes facts down, all or none; they stand fast when this returns. No answer leaves before.
   *
   * @throws RuntimeException if that is not possible
   */
  void write(List<Fact> facts);
}
