package io.consilium.inference;

/** Is told about every query, in public facts only. */
public interface QueryAudit {
  /**
   * A prediction was shared with a client.
   *
   * @param queryId 32 hexadecimal digits
   */
  void answered(String client, ModelCard card, String queryId, int rows);

  /** A client was refused, for the reason that it was told. */
  void refused(String client, String model, String queryId, int rows, String reason);
}
