package io.consilium.datasets.schema;

/** How a category becomes numbers. */
public enum CategoryEncoding {
  /** One 0/1 feature for each category but the first, which is the reference level. */
  ONE_HOT_DROP_FIRST("one-hot-drop-first"),
  /** One 0/1 feature for each category. */
  ONE_HOT("one-hot");

  private final String word;

  CategoryEncoding(String word) {
    this.word = word;
  }

  @Override
  public String toString() {
    return word;
  }
}
