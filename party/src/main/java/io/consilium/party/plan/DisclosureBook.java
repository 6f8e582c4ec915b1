package io.consilium.party.plan;

import io.consilium.party.policy.DisclosureRequest;
import io.consilium.protocols.Disclosure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The rights to open that one attempt has: one per entry of the accepted list. The only place that
 * makes {@link Disclosure} objects; an architecture test keeps it so.
 */
public final class DisclosureBook {
  private final Map<String, Disclosure> granted = new TreeMap<>();

  /**
   * Grants what was accepted.
   *
   * @param accepted the disclosure list that the policy accepted
   * @param elements how many ring elements the program opens of each value
   * @param listener told about every opening before its value is used
   */
  DisclosureBook(
      List<DisclosureRequest> accepted, Map<String, Long> elements, Disclosure.Listener listener) {
    for (DisclosureRequest request : accepted) {
      long most = elements.getOrDefault(request.value(), 0L);
      granted.put(
          request.value(),
          Disclosure.grant(request.value(), request.to().label(), most, listener));
    }
  }

  /** The right to open a value, if it was on the list. */
  public Optional<Disclosure> of(String value) {
    return Optional.ofNullable(granted.get(value));
  }
}
