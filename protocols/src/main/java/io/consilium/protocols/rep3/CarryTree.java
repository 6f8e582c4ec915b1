package io.consilium.protocols.rep3;

import java.util.ArrayList;
import java.util.List;

/**
 * The carry out of a row of blocks from their generate and propagate bits, in a binary tree:
 *
 * <pre>(G, P) o (G', P') = (G ^ P & G', P & P')</pre>
 *
 * with the higher block left. The lowest block has no propagate bit, since nothing is carried into
 * it, and neither has anything that contains it.
 *
 * <p>Rounds: the depth of the tree. Bits per element: 3 per AND.
 */
final class CarryTree {
  private final BooleanProduct and;

  CarryTree(BooleanProduct and) {
    this.and = and;
  }

  /**
   * @param generate per block, lowest first
   * @param propagate per block; the entry of block 0 is not looked at
   */
  Planes carry(List<Planes> generate, List<Planes> propagate) {
    List<Planes> g = generate;
    List<Planes> p = propagate;
    while (g.size() > 1) {
      List<Planes> left = new ArrayList<>();
      List<Planes> right = new ArrayList<>();
      for (int i = 0; i + 1 < g.size(); i += 2) {
        left.add(p.get(i + 1));
        right.add(g.get(i));
        if (i > 0) {
          left.add(p.get(i + 1));
          right.add(p.get(i));
        }
      }
      int words = g.getFirst().own().length;
      Planes products = and.of(Planes.concatenate(left), Planes.concatenate(right));
      List<Planes> nextG = new ArrayList<>();
      List<Planes> nextP = new ArrayList<>();
      int at = 0;
      for (int i = 0; i + 1 < g.size(); i += 2) {
        nextG.add(g.get(i + 1).xor(products.plane(at++, words)));
        nextP.add(i > 0 ? products.plane(at++, words) : p.get(i));
      }
      if (g.size() % 2 == 1) {
        nextG.add(g.getLast());
        nextP.add(p.getLast());
      }
      g = nextG;
      p = nextP;
    }
    return g.getFirst();
  }

  /** The carries out of the blocks 0 to b for every b, by a Sklansky prefix tree. */
  List<Planes> prefixes(List<Planes> generate, List<Planes> propagate) {
    List<Planes> g = new ArrayList<>(generate);
    List<Planes> p = new ArrayList<>(propagate);
    int words = g.getFirst().own().length;
    for (int span = 1; span < g.size(); span *= 2) {
      List<Planes> left = new ArrayList<>();
      List<Planes> right = new ArrayList<>();
      for (int b = 0; b < g.size(); b++) {
        if ((b & span) != 0) {
          int below = (b & -span) - 1;
          left.add(p.get(b));
          right.add(g.get(below));
          if (b >= 2 * span) {
            left.add(p.get(b));
            right.add(p.get(below));
          }
        }
      }
      Planes products = and.of(Planes.concatenate(left), Planes.concatenate(right));
      int at = 0;
      for (int b = 0; b < g.size(); b++) {
        if ((b & span) != 0) {
          g.set(b, g.get(b).xor(products.plane(at++, words)));
          if (b >= 2 * span) {
            p.set(b, products.plane(at++, words));
          }
        }
      }
    }
    return g;
  }
}
