package io.consilium.protocols;

/**
 * The right to open one agreed value. Opening takes such an object, so whatever a program can open
 * was on a list that every hospital saw.
 *
 * <p>Only the plan compiler makes disclosures, one per entry of the list that the site's policy
 * accepted; an architecture test keeps it so. A disclosure is used up by the elements it opens.
 */
public final class Disclosure {
  /** Told about every opening, before the value is used: the audit log. */
  public interface Listener {
    void opened(String value, String recipient, long elements);
  }

  private final String value;
  private final String recipient;
  private final Listener listener;
  private long elementsLeft;

  private Disclosure(String value, String recipient, long elementsMax, Listener listener) {
    this.value = value;
    this.recipient = recipient;
    this.elementsLeft = elementsMax;
    this.listener = listener;
  }

  /**
   * Grants the opening of a named value.
   *
   * @param elementsMax how many ring elements may be opened under it in all
   */
  public static Disclosure grant(
      String value, String recipient, long elementsMax, Listener listener) {
    return new Disclosure(value, recipient, elementsMax, listener);
  }

  public String value() {
    return value;
  }

  public String recipient() {
    return recipient;
  }

  /**
   * Uses the right for so many elements.
   *
   * @throws IllegalStateException if more would be opened than was agreed
   */
  public synchronized void use(long elements) {
    if (elements > elementsLeft) {
      throw new IllegalStateException(
          "the disclosure of '"
              + value
              + "' covers "
              + elementsLeft
              + " more elements, not "
              + elements);
    }
    elementsLeft -= elements;
    listener.opened(value, recipient, elements);
  }
}
