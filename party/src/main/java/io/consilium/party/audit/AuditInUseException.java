package io.consilium.party.audit;

import java.io.IOException;

/** The audit log is open in another node of the same party. */
public final class AuditInUseException extends IOException {

  private static final long serialVersionUID = 1L;

  AuditInUseException(String sentence) {
    super(sentence);
  }
}
