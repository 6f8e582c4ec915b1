package io.consilium.inference;

import io.consilium.inference.wire.RefusalMessage;

/** Why a party does not answer, for programs and in a sentence for people. */
record Refusal(Code code, String sentence) {
  private static final int SENTENCE_MAX = 1_000;

  enum Code {
    /** There is no such model, or not here. */
    UNKNOWN_MODEL,
    /** The party's own rules say no. */
    NOT_ALLOWED,
    /** The question does not fit the model or itself. */
    BAD_QUESTION,
    /** Too many questions at once. */
    BUSY,
    /** The three parties cannot compute together at the moment. */
    UNAVAILABLE,
    /** Something did not come in time. */
    TIMEOUT
  }

  Refusal {
    sentence = sentence.length() > SENTENCE_MAX ? sentence.substring(0, SENTENCE_MAX) : sentence;
  }

  RefusalMessage message() {
    return RefusalMessage.newBuilder().setCode(code.name()).setSentence(sentence).build();
  }

  /** A party's refusal; a code that is not known counts as unavailable. */
  static Refusal of(RefusalMessage message) {
    for (Code code : Code.values()) {
      if (code.name().equals(message.getCode())) {
        return new Refusal(code, message.getSentence());
      }
    }
    return new Refusal(Code.UNAVAILABLE, message.getSentence());
  }
}
