package io.consilium.protocols.transport;

/**
 * The kind of a protocol instruction; part of every message, so a desynchronised peer is noticed.
 */
public enum Opcode {
  KEY_AGREEMENT,
  INPUT,
  INPUT_DIGEST,
  OPEN,
  PRODUCT,
  TRUNCATE,
  TRUNCATE_EXACT,
  SIGN,
  AND,
  BITS_OF,
  BIT_PRODUCT,
  WORD_TO_ARITHMETIC,
  REFRESH,
  SYNCHRONISE,
  COMPARE_SHARES,
  SERVE
}
