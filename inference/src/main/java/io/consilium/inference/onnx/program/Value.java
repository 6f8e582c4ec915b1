package io.consilium.inference.onnx.program;

import io.consilium.protocols.Shape;
import java.util.Optional;

/**
 * A tensor of a program: its element type and shape are always known, its elements are if it is
 * public or made of weights only.
 */
public final class Value {
  /** Who may know the elements. */
  public enum Visibility {
    /** Everybody: it is part of the program. */
    PUBLIC,
    /** The owner of the model; the compute parties hold shares. */
    WEIGHT,
    /** Nobody; it comes of an input. */
    SECRET
  }

  private final int id;
  private final ElementType type;
  private final Shape shape;
  private final Visibility visibility;
  private final Optional<Tensor> known;
  private final Optional<Instruction> origin;
  private final String where;

  Value(
      int id,
      ElementType type,
      Shape shape,
      Visibility visibility,
      Optional<Tensor> known,
      Optional<Instruction> origin,
      String where) {
    this.id = id;
    this.type = type;
    this.shape = shape;
    this.visibility = visibility;
    this.known = known;
    this.origin = origin;
    this.where = where;
  }

  /** Its number in the program. */
  public int id() {
    return id;
  }

  public ElementType type() {
    return type;
  }

  public Shape shape() {
    return shape;
  }

  public Visibility visibility() {
    return visibility;
  }

  public boolean isPublic() {
    return visibility == Visibility.PUBLIC;
  }

  /** Whether its elements are known at import. */
  public boolean isKnown() {
    return known.isPresent();
  }

  /**
   * The elements.
   *
   * @throws IllegalStateException if they are secret
   */
  public Tensor known() {
    return known.orElseThrow(() -> new IllegalStateException("value " + id + " is secret"));
  }

  /** What computes it; nothing for inputs and for what is known. */
  public Optional<Instruction> origin() {
    return origin;
  }

  /** The node, input or initialiser that it comes from, for messages. */
  public String where() {
    return where;
  }

  @Override
  public String toString() {
    return "%" + id + " " + visibility + " " + type + " " + shape + " of " + where;
  }
}
