package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.MatrixProduct;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Einsum: sums of products by the letters of the dimensions. Letters that occur twice in a term are
 * its diagonal, those that nothing else needs are summed up at once, and two terms become products
 * of matrices, with the letters that both have and the result keeps as a stack.
 */
final class Einsum implements Operator {
  /** Dimensions behind an ellipsis, from the right. */
  private static final char ELLIPSIS = '\ue000';

  /** A value whose dimensions have letters, each of them once. */
  private record Term(List<Character> letters, Value value) {
    int size(char letter) {
      return Dims.dim(value.shape(), letters.indexOf(letter));
    }
  }

  @Override
  public List<Value> translate(Call call) {
    String equation = call.attributes().text("equation", "").replace(" ", "");
    String[] sides = equation.split("->", -1);
    String[] inputs = sides[0].split(",", -1);
    if (sides.length > 2 || inputs.length != call.inputs().size()) {
      throw call.refusal("the equation '" + equation + "' does not fit its inputs");
    }
    List<List<Character>> letters = new ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      letters.add(letters(call, inputs[i], call.rank(i)));
    }
    List<Character> output = sides.length == 2 ? output(call, sides[1], letters) : implied(letters);
    Map<Character, Integer> sizes = sizes(call, letters);
    List<Term> terms = new ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      terms.add(diagonal(call, letters.get(i), call.input(i), sizes));
    }
    Term all = terms.removeFirst();
    while (!terms.isEmpty()) {
      all = product(call.program(), all, terms.removeFirst(), needed(output, terms));
    }
    return List.of(placed(call, summed(call.program(), all, Set.copyOf(output)), output, sizes));
  }

  // ---- letters
  // -----------------------------------------------------------------------------------

  private static List<Character> letters(Call call, String term, int rank) {
    int dots = term.indexOf("...");
    int named = dots < 0 ? term.length() : term.length() - 3;
    int hidden = rank - named;
    if (hidden < 0 || dots < 0 && hidden > 0) {
      throw call.refusal("the term '" + term + "' does not fit " + rank + " dimensions");
    }
    List<Character> letters = new ArrayList<>();
    for (int i = 0; i < term.length(); i++) {
      if (i == dots) {
        for (int d = hidden - 1; d >= 0; d--) {
          letters.add((char) (ELLIPSIS + d));
        }
        i += 2;
      } else if (Character.isLetter(term.charAt(i))) {
        letters.add(term.charAt(i));
      } else {
        throw call.refusal("the term '" + term + "' has what is no letter");
      }
    }
    return letters;
  }

  private static List<Character> output(Call call, String term, List<List<Character>> inputs) {
    int hidden =
        (int) inputs.stream().flatMap(List::stream).filter(c -> c >= ELLIPSIS).distinct().count();
    int named = term.contains("...") ? term.length() - 3 + hidden : term.length();
    List<Character> letters = letters(call, term, named);
    for (char letter : letters) {
      if (inputs.stream().noneMatch(input -> input.contains(letter))
          || letters.indexOf(letter) != letters.lastIndexOf(letter)) {
        throw call.refusal("the result '" + term + "' has a letter twice, or one of no term");
      }
    }
    return letters;
  }

  /** Without a result: the ellipsis, and letters that occur once, by the alphabet. */
  private static List<Character> implied(List<List<Character>> inputs) {
    List<Character> all = inputs.stream().flatMap(List::stream).toList();
    TreeSet<Character> hidden = new TreeSet<>();
    TreeSet<Character> once = new TreeSet<>();
    for (char letter : all) {
      if (letter >= ELLIPSIS) {
        hidden.add(letter);
      } else if (all.indexOf(letter) == all.lastIndexOf(letter)) {
        once.add(letter);
      }
    }
    List<Character> letters = new ArrayList<>(hidden.descendingSet());
    letters.addAll(once);
    return letters;
  }

  private static Map<Character, Integer> sizes(Call call, List<List<Character>> letters) {
    Map<Character, Integer> sizes = new HashMap<>();
    for (int i = 0; i < letters.size(); i++) {
      for (int d = 0; d < letters.get(i).size(); d++) {
        int size = Dims.dim(call.input(i).shape(), d);
        char letter = letters.get(i).get(d);
        int known = sizes.merge(letter, size, (a, b) -> a == 1 ? b : a);
        if (known != size && size != 1) {
          throw call.refusal("the letter '%s' is %d and %d long".formatted(letter, known, size));
        }
      }
    }
    return sizes;
  }

  private static Set<Character> needed(List<Character> output, List<Term> rest) {
    Set<Character> needed = new LinkedHashSet<>(output);
    rest.forEach(term -> needed.addAll(term.letters()));
    return needed;
  }

  // ---- terms
  // -------------------------------------------------------------------------------------

  /** With each letter once, and without dimensions of 1 that are longer elsewhere. */
  private static Term diagonal(
      Call call, List<Character> letters, Value x, Map<Character, Integer> sizes) {
    List<Character> once = new ArrayList<>();
    List<Integer> dimensions = new ArrayList<>();
    List<Integer> steps = new ArrayList<>();
    int[] strides = Dims.strides(x.shape());
    for (int d = 0; d < strides.length; d++) {
      char letter = letters.get(d);
      int size = Dims.dim(x.shape(), d);
      if (size == 1 && sizes.get(letter) > 1) {
        continue;
      }
      int place = once.indexOf(letter);
      if (place >= 0) {
        steps.set(place, steps.get(place) + strides[d]);
      } else {
        once.add(letter);
        dimensions.add(size);
        steps.add(strides[d]);
      }
    }
    Shape shape = new Shape(dimensions);
    if (once.size() == letters.size()) {
      return new Term(once, x);
    }
    int[] walk = steps.stream().mapToInt(Integer::intValue).toArray();
    return new Term(once, call.program().gather(x, shape, Dims.walk(shape, 0, walk)));
  }

  /** Without the letters that nothing needs. */
  private static Term summed(ProgramBuilder p, Term term, Set<Character> needed) {
    List<Integer> axes = new ArrayList<>();
    List<Character> kept = new ArrayList<>();
    for (int d = 0; d < term.letters().size(); d++) {
      if (needed.contains(term.letters().get(d))) {
        kept.add(term.letters().get(d));
      } else {
        axes.add(d);
      }
    }
    if (axes.isEmpty()) {
      return term;
    }
    Value sum = p.sumOver(term.value(), axes, false);
    return new Term(kept, p.reshape(sum, Reductions.dropped(term.value().shape(), axes)));
  }

  private static Term product(ProgramBuilder p, Term left, Term right, Set<Character> needed) {
    Set<Character> ofLeft = new LinkedHashSet<>(needed);
    ofLeft.addAll(right.letters());
    Set<Character> ofRight = new LinkedHashSet<>(needed);
    ofRight.addAll(left.letters());
    Term a = summed(p, left, ofLeft);
    Term b = summed(p, right, ofRight);
    List<Character> stack = new ArrayList<>(a.letters());
    stack.retainAll(b.letters());
    List<Character> inner = new ArrayList<>(stack);
    inner.removeAll(needed);
    stack.retainAll(needed);
    List<Character> rows = new ArrayList<>(a.letters());
    rows.removeAll(b.letters());
    List<Character> columns = new ArrayList<>(b.letters());
    columns.removeAll(a.letters());
    Value x = matrices(p, a, stack, rows, inner);
    Value y = matrices(p, b, stack, inner, columns);
    List<Character> letters = new ArrayList<>(stack);
    letters.addAll(rows);
    letters.addAll(columns);
    List<Integer> dimensions = new ArrayList<>();
    letters.forEach(c -> dimensions.add(a.letters().contains(c) ? a.size(c) : b.size(c)));
    boolean elementwise = inner.isEmpty() && rows.isEmpty() && columns.isEmpty();
    Value z =
        elementwise
            ? p.multiply(x, y)
            : p.emit(new MatrixProduct(x, y, false, Optional.empty()), x.type());
    return new Term(letters, p.reshape(z, new Shape(dimensions)));
  }

  private static Value matrices(
      ProgramBuilder p,
      Term term,
      List<Character> stack,
      List<Character> rows,
      List<Character> columns) {
    List<Integer> order = new ArrayList<>();
    for (List<Character> part : List.of(stack, rows, columns)) {
      part.forEach(c -> order.add(term.letters().indexOf(c)));
    }
    Value ordered = p.transpose(term.value(), order);
    return p.reshape(
        ordered, Dims.shape(volume(term, stack), volume(term, rows), volume(term, columns)));
  }

  private static int volume(Term term, List<Character> letters) {
    return letters.stream().mapToInt(term::size).reduce(1, Math::multiplyExact);
  }

  private static Value placed(
      Call call, Term term, List<Character> output, Map<Character, Integer> sizes) {
    ProgramBuilder p = call.program();
    List<Integer> order = new ArrayList<>();
    List<Integer> dimensions = new ArrayList<>();
    List<Integer> whole = new ArrayList<>();
    for (char letter : output) {
      int place = term.letters().indexOf(letter);
      if (place >= 0) {
        order.add(place);
      }
      dimensions.add(place >= 0 ? term.size(letter) : 1);
      whole.add(sizes.get(letter));
    }
    Value ordered = p.reshape(p.transpose(term.value(), order), new Shape(dimensions));
    return p.broadcast(ordered, new Shape(whole));
  }
}
