package io.consilium.protocols.prf;

/**
 * What a mask is for. Purposes of one instruction are distinct, so no two masks of it share an
 * address. The ordinal is on the wire of the derivation: append only.
 */
public enum Purpose {
  INPUT_SHARE,
  ZERO_SHARE,
  ZERO_BITS,
  TRUNCATE_LAMBDA,
  TRUNCATE_ALPHA,
  TRUNCATE_T,
  SIGN_ONE_HOT,
  SIGN_TOP_BIT,
  CONVERT_BITS,
  BIT_ALPHA,
  BIT_GAMMA,
  BIT_T,
  WORD_ALPHA,
  WORD_T,
  OPERAND_BITS,
  REFRESH
}
