package io.consilium.protocols.prf;

/** Sees every address that a key expands; tests use it to prove that none is expanded twice. */
@FunctionalInterface
public interface AddressLedger {
  AddressLedger NONE = (keyName, address, words) -> {};

  /** The words from {@link Address#firstWord} on. */
  void expanded(String keyName, Address address, long words);
}
