package io.consilium.party.dataplane;

/** A data holder's input that will not come, or cannot be used or kept. */
public final class InputFailed extends Exception {
  private static final long serialVersionUID = 1L;

  private final String holder;

  InputFailed(String holder, Throwable cause) {
    super(cause.getMessage(), cause);
    this.holder = holder;
  }

  public String holder() {
    return holder;
  }
}
