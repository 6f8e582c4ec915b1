package io.consilium.protocols.rep3;

import java.util.ArrayList;
import java.util.List;

/**
 * The carry out of a row of blocks from their generate and propagate bits, in a binary tree:
 *
 * <pre>(G, P) o (G', P') = (G ^ P & G', P & P')</pre>
 *
 * with the higher block left. The lowest block has no propagate bit, since nothing is carried into
 * it, and neither has anything that contains it. The given planes are used up: generate bits are
 * added to in place.
 *
 * <p>Rounds: the depth of the tree. Bits per element: 3 per AND.
 */
final class CarryTree {
  private final Rep3Session session;
  private final BooleanProduct and;

  CarryTree(Rep3Session session, BooleanProduct and) {
    this.session = session;
    this.and = and;
  }

  /** The AND gates of one level: pairs of planes, and the products in the same order. */
  private final class Level {
    private final List<Planes> left = new ArrayList<>();
    private final List<Planes> right = new ArrayList<>();
    private final int words;
    private Planes products = Planes.NONE;
    private int taken;

    Level(int words) {
      this.words = words;
    }

    void gate(Planes x, Planes y) {
      left.add(x);
      right.add(y);
    }

    void run() {
      products = and.of(Planes.concatenate(session, left), Planes.concatenate(session, right));
    }

    /** The next product is added to a plane. */
    void addTo(Planes plane) {
      plane.add(products, words * taken++);
    }

    Planes product() {
      return products.plane(session, taken++, words);
    }
  }

  /**
   * The carry out of the highest block.
   *
   * @param generate per block, lowest first
   * @param propagate per block; the entry of block 0 is not looked at
   */
  Planes carry(List<Planes> generate, List<Planes> propagate) {
    List<Planes> g = generate;
    List<Planes> p = propagate;
    while (g.size() > 1) {
      Level level = new Level(g.getFirst().own().length);
      for (int i = 0; i + 1 < g.size(); i += 2) {
        level.gate(p.get(i + 1), g.get(i));
        if (i > 0) {
          level.gate(p.get(i + 1), p.get(i));
        }
      }
      level.run();
      List<Planes> nextG = new ArrayList<>();
      List<Planes> nextP = new ArrayList<>();
      for (int i = 0; i + 1 < g.size(); i += 2) {
        level.addTo(g.get(i + 1));
        nextG.add(g.get(i + 1));
        nextP.add(i > 0 ? level.product() : p.get(i));
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
    for (int span = 1; span < g.size(); span *= 2) {
      Level level = new Level(g.getFirst().own().length);
      for (int b = 0; b < g.size(); b++) {
        if ((b & span) != 0) {
          int below = (b & -span) - 1;
          level.gate(p.get(b), g.get(below));
          if (b >= 2 * span) {
            level.gate(p.get(b), p.get(below));
          }
        }
      }
      level.run();
      for (int b = 0; b < g.size(); b++) {
        if ((b & span) != 0) {
          level.addTo(g.get(b));
          if (b >= 2 * span) {
            p.set(b, level.product());
          }
        }
      }
    }
    return g;
  }
}
