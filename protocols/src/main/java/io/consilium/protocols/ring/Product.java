package io.consilium.protocols.ring;

/** z[i, j] += sum over k of left[k, i] * right[k, j]. */
record Product(Operand left, Operand right, Result result) {
  int rows() {
    return left.outer();
  }

  int columns() {
    return right.outer();
  }

  int inner() {
    return left.inner();
  }

  long multiplyAdds() {
    return (long) rows() * columns() * inner();
  }

  Product into(Result other) {
    return new Product(left, right, other);
  }
}
