package io.consilium.datasets.schema;

/** What kind of model a label asks for. */
public enum LabelKind {
  /** Two categories; the second is the positive class. */
  BINARY,
  /** Three or more categories. */
  MULTICLASS,
  /** A number, for linear regression. */
  NUMBER
}
