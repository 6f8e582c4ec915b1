package io.consilium.party.store;

import java.io.IOException;

/**
 * A sealed file that must not be used, or is not there. The message names the file and the reason,
 * never its content.
 */
public final class StoreException extends IOException {

  private static final long serialVersionUID = 1L;

  StoreException(String sentence) {
    super(sentence);
  }

  StoreException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
