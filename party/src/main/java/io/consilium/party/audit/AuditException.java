package io.consilium.party.audit;

import java.io.IOException;

/** The audit log was tampered with or cannot be continued. The message says where. */
public final class AuditException extends IOException {

  private static final long serialVersionUID = 1L;

  AuditException(String sentence) {
    super(sentence);
  }
}
