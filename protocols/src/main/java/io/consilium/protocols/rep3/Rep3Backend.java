package io.consilium.protocols.rep3;

import io.consilium.protocols.Backend;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Cost;
import io.consilium.protocols.CostTable;
import io.consilium.protocols.Disclosure;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.ProtocolViolation;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ring.BitPlanes;
import io.consilium.protocols.ring.RingVector;
import io.consilium.protocols.ring.RingWidth;
import io.consilium.protocols.transport.Channel;
import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.Step;
import io.consilium.protocols.transport.Traffic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The suite rep3: replicated secret sharing among three parties over Z_2^64 and Z_2.
 *
 * <p>Security: passive corruption of one of the three; any two of them together read everything.
 * One session, one thread; a failed session is never resumed.
 */
public final class Rep3Backend implements Backend {
  private final Rep3Session session;
  private final ReplicatedProduct product;
  private final BooleanProduct booleanProduct;
  private final Truncation truncation;
  private final ExactTruncation exactTruncation;
  private final SignBit signBit;
  private final ArithmeticToBits arithmeticToBits;
  private final BitProduct bitProduct;
  private final WordToArithmetic wordToArithmetic;
  private final Inputs inputs;
  private final Openings openings;
  private final ShareComparison shareComparison;
  private Cost declared = Cost.NONE;

  public Rep3Backend(Channel channel, SessionKeys keys) {
    this(channel, keys, RingWidth.RING_64);
  }

  /** For exhaustive tests: truncation in a small ring. */
  Rep3Backend(Channel channel, SessionKeys keys, RingWidth ring) {
    this.session = new Rep3Session(channel, keys);
    this.product = new ReplicatedProduct(session);
    this.booleanProduct = new BooleanProduct(session);
    this.bitProduct = new BitProduct(session);
    this.truncation = new Truncation(session, ring);
    this.exactTruncation = new ExactTruncation(session, booleanProduct, bitProduct, ring);
    this.signBit = new SignBit(session, booleanProduct);
    this.arithmeticToBits = new ArithmeticToBits(session, booleanProduct);
    this.wordToArithmetic = new WordToArithmetic(session);
    this.inputs = new Inputs(session);
    this.openings = new Openings(session);
    this.shareComparison = new ShareComparison(session);
  }

  public ComputeParty self() {
    return session.self();
  }

  /** What the channel counted in this session. */
  public Traffic traffic() {
    return session.channel().traffic();
  }

  @Override
  public Cost declared() {
    return declared;
  }

  private void declare(Cost cost) {
    declared = declared.then(cost);
  }

  // ---- local -----------------------------------------------------------------------------------

  @Override
  public SecretTensor constant(Shape shape, FixedPoint format, long[] codes) {
    long[] zero = new long[codes.length];
    return switch (self()) {
      case P0 -> new ReplicatedTensor(shape, format, codes, zero);
      case P1 -> new ReplicatedTensor(shape, format, zero, zero);
      case P2 -> new ReplicatedTensor(shape, format, zero, codes);
    };
  }

  @Override
  public SecretTensor add(SecretTensor x, SecretTensor y) {
    ReplicatedTensor a = ReplicatedTensor.of(x);
    ReplicatedTensor b = matching(a, y);
    return a.with(RingVector.add(a.own, b.own), RingVector.add(a.next, b.next));
  }

  @Override
  public SecretTensor subtract(SecretTensor x, SecretTensor y) {
    ReplicatedTensor a = ReplicatedTensor.of(x);
    ReplicatedTensor b = matching(a, y);
    return a.with(RingVector.subtract(a.own, b.own), RingVector.subtract(a.next, b.next));
  }

  private static ReplicatedTensor matching(ReplicatedTensor a, SecretTensor y) {
    ReplicatedTensor b = ReplicatedTensor.of(y);
    if (!a.shape().equals(b.shape()) || !a.format().equals(b.format())) {
      throw new IllegalArgumentException(a + " and " + b + " do not match");
    }
    return b;
  }

  @Override
  public SecretTensor multiply(SecretTensor x, long k) {
    return mapped(x, x.shape(), x.format(), share -> RingVector.multiply(share, k));
  }

  @Override
  public SecretTensor multiply(SecretTensor x, long[] codes, FixedPoint format) {
    return mapped(
        x, x.shape(), x.format().times(format), share -> RingVector.multiply(share, codes));
  }

  @Override
  public SecretTensor reinterpret(SecretTensor x, FixedPoint format) {
    return mapped(x, x.shape(), format, share -> share);
  }

  @Override
  public SecretTensor reshape(SecretTensor x, Shape shape) {
    return mapped(x, shape, x.format(), share -> share);
  }

  @Override
  public SecretTensor rows(SecretTensor x, int[] indices) {
    int columns = x.shape().columns();
    return mapped(
        x,
        x.shape().withRows(indices.length),
        x.format(),
        share -> RingVector.rows(share, columns, indices));
  }

  @Override
  public SecretTensor columns(SecretTensor x, int from, int to) {
    int columns = x.shape().columns();
    return mapped(
        x,
        Shape.matrix(x.shape().rows(), to - from),
        x.format(),
        share -> RingVector.columns(share, columns, from, to));
  }

  @Override
  public SecretTensor concatenate(List<SecretTensor> parts) {
    SecretTensor first = parts.getFirst();
    int rows = 0;
    for (SecretTensor part : parts) {
      if (part.shape().columns() != first.shape().columns()
          || !part.format().equals(first.format())) {
        throw new IllegalArgumentException(part + " does not fit behind " + first);
      }
      rows += part.shape().rows();
    }
    return new ReplicatedTensor(
        first.shape().withRows(rows),
        first.format(),
        RingVector.concatenate(parts.stream().map(p -> ReplicatedTensor.of(p).own).toList()),
        RingVector.concatenate(parts.stream().map(p -> ReplicatedTensor.of(p).next).toList()));
  }

  @Override
  public SecretTensor transpose(SecretTensor x) {
    int rows = x.shape().rows();
    int columns = x.shape().columns();
    return mapped(
        x,
        Shape.matrix(columns, rows),
        x.format(),
        share -> RingVector.transpose(share, rows, columns));
  }

  @Override
  public SecretTensor sumRows(SecretTensor x) {
    int columns = x.shape().columns();
    return mapped(
        x, Shape.vector(columns), x.format(), share -> RingVector.sumRows(share, columns));
  }

  private static ReplicatedTensor mapped(
      SecretTensor x, Shape shape, FixedPoint format, UnaryOperator<long[]> linear) {
    ReplicatedTensor a = ReplicatedTensor.of(x);
    return new ReplicatedTensor(shape, format, linear.apply(a.own), linear.apply(a.next));
  }

  // ---- interactive, arithmetic -----------------------------------------------------------------

  @Override
  public SecretTensor input(ComputeParty owner, Shape shape, FixedPoint format, long[] codes) {
    declare(CostTable.input(shape.size()));
    return inputs.of(owner, shape, format, codes);
  }

  @Override
  public List<SecretTensor> multiply(List<SecretTensor> x, List<SecretTensor> y) {
    if (x.size() == 1) {
      declare(CostTable.product(x.getFirst().size()));
      return List.of(
          product.elementwise(
              ReplicatedTensor.of(x.getFirst()), ReplicatedTensor.of(y.getFirst())));
    }
    ReplicatedTensor z = product.elementwise(flat(x), flat(y));
    declare(CostTable.product(z.size()));
    List<SecretTensor> results = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < x.size(); i++) {
      FixedPoint format = x.get(i).format().times(y.get(i).format());
      results.add(part(z, at, x.get(i).shape(), format));
      at += x.get(i).size();
    }
    return results;
  }

  /** The elements of a vector from an index on, as a tensor. */
  private static ReplicatedTensor part(
      ReplicatedTensor z, int from, Shape shape, FixedPoint format) {
    int to = from + shape.size();
    return new ReplicatedTensor(
        shape, format, RingVector.slice(z.own, from, to), RingVector.slice(z.next, from, to));
  }

  /** Tensors of any shapes and formats as one vector of codes. */
  private static ReplicatedTensor flat(List<SecretTensor> parts) {
    long[] own =
        RingVector.concatenate(parts.stream().map(p -> ReplicatedTensor.of(p).own).toList());
    long[] next =
        RingVector.concatenate(parts.stream().map(p -> ReplicatedTensor.of(p).next).toList());
    return new ReplicatedTensor(Shape.vector(own.length), FixedPoint.INTEGER, own, next);
  }

  @Override
  public SecretTensor matmul(
      SecretTensor x, boolean transposeX, SecretTensor y, boolean transposeY) {
    ReplicatedTensor z =
        product.matrix(ReplicatedTensor.of(x), transposeX, ReplicatedTensor.of(y), transposeY);
    declare(CostTable.product(z.size()));
    return z;
  }

  @Override
  public List<SecretTensor> matmul(List<Factors> factors) {
    ReplicatedTensor z = product.matrices(factors);
    declare(CostTable.product(z.size()));
    List<SecretTensor> results = new ArrayList<>();
    int at = 0;
    for (Factors f : factors) {
      int height = f.transposeX() ? f.x().shape().columns() : f.x().shape().rows();
      int width = f.transposeY() ? f.y().shape().rows() : f.y().shape().columns();
      Shape shape = Shape.matrix(height, width);
      results.add(part(z, at, shape, f.x().format().times(f.y().format())));
      at += shape.size();
    }
    return results;
  }

  @Override
  public SecretTensor dotRows(SecretTensor x, SecretTensor y) {
    declare(CostTable.product(x.shape().columns()));
    return product.dotRows(ReplicatedTensor.of(x), ReplicatedTensor.of(y));
  }

  @Override
  public List<SecretTensor> truncate(List<SecretTensor> x, int[] bits) {
    declare(CostTable.truncate(x.stream().mapToLong(SecretTensor::size).toArray(), bits));
    return List.copyOf(truncation.of(x.stream().map(ReplicatedTensor::of).toList(), bits));
  }

  @Override
  public SecretTensor truncateExactly(SecretTensor x, int bits) {
    declare(CostTable.truncateExactly(x.size(), bits));
    return exactTruncation.of(ReplicatedTensor.of(x), bits);
  }

  // ---- interactive, bits -----------------------------------------------------------------------

  @Override
  public SecretBits negative(SecretTensor x, int width) {
    declare(CostTable.negative(x.size(), width));
    return signBit.of(ReplicatedTensor.of(x), width);
  }

  @Override
  public List<SecretBits> bitsOf(SecretTensor x, int width) {
    declare(CostTable.bitsOf(x.size(), width));
    return List.copyOf(arithmeticToBits.of(ReplicatedTensor.of(x), width));
  }

  @Override
  public SecretBits xor(SecretBits x, SecretBits y) {
    ReplicatedBits a = ReplicatedBits.of(x);
    ReplicatedBits b = ReplicatedBits.of(y);
    return new ReplicatedBits(
        a.size(), RingVector.xor(a.own, b.own), RingVector.xor(a.next, b.next));
  }

  @Override
  public SecretBits not(SecretBits x) {
    ReplicatedBits a = ReplicatedBits.of(x);
    long[] ones = new long[a.own.length];
    Arrays.fill(ones, -1L);
    return switch (self()) {
      case P0 -> new ReplicatedBits(a.size(), RingVector.xor(a.own, ones), a.next);
      case P1 -> a;
      case P2 -> new ReplicatedBits(a.size(), a.own, RingVector.xor(a.next, ones));
    };
  }

  @Override
  public SecretBits concatenateBits(List<SecretBits> parts) {
    int size = parts.stream().mapToInt(SecretBits::size).sum();
    long[] own = new long[BitPlanes.words(size)];
    long[] next = new long[own.length];
    int at = 0;
    for (SecretBits part : parts) {
      ReplicatedBits bits = ReplicatedBits.of(part);
      BitPlanes.append(own, at, bits.own, bits.size());
      BitPlanes.append(next, at, bits.next, bits.size());
      at += bits.size();
    }
    return new ReplicatedBits(size, own, next);
  }

  @Override
  public SecretBits slice(SecretBits x, int from, int to) {
    ReplicatedBits bits = ReplicatedBits.of(x);
    return new ReplicatedBits(
        to - from, BitPlanes.slice(bits.own, from, to), BitPlanes.slice(bits.next, from, to));
  }

  @Override
  public List<SecretBits> and(List<SecretBits> x, List<SecretBits> y) {
    Planes z = booleanProduct.of(planes(x), planes(y));
    declare(CostTable.and(z.own().length));
    List<SecretBits> results = new ArrayList<>();
    int at = 0;
    for (SecretBits bits : x) {
      int end = at + BitPlanes.words(bits.size());
      results.add(
          new ReplicatedBits(
              bits.size(),
              RingVector.slice(z.own(), at, end),
              RingVector.slice(z.next(), at, end)));
      at = end;
    }
    return results;
  }

  private static Planes planes(List<SecretBits> bits) {
    return new Planes(
        RingVector.concatenate(bits.stream().map(b -> ReplicatedBits.of(b).own).toList()),
        RingVector.concatenate(bits.stream().map(b -> ReplicatedBits.of(b).next).toList()));
  }

  @Override
  public BitProducts bitProducts(
      List<SecretBits> converted, List<SecretBits> selectors, List<SecretTensor> values) {
    List<BitProduct.Factor> factors = new ArrayList<>();
    long convertedElements = 0;
    long selectedElements = 0;
    for (SecretBits bits : converted) {
      factors.add(BitProduct.Factor.converted(ReplicatedBits.of(bits)));
      convertedElements += bits.size();
    }
    for (int i = 0; i < selectors.size(); i++) {
      factors.add(
          BitProduct.Factor.times(
              ReplicatedBits.of(selectors.get(i)), ReplicatedTensor.of(values.get(i))));
      selectedElements += selectors.get(i).size();
    }
    declare(CostTable.bitProducts(convertedElements, selectedElements));
    List<ReplicatedTensor> results = bitProduct.of(factors);
    return new BitProducts(
        List.copyOf(results.subList(0, converted.size())),
        List.copyOf(results.subList(converted.size(), results.size())));
  }

  @Override
  public SecretTensor wordToArithmetic(List<SecretBits> bits) {
    declare(CostTable.wordToArithmetic(bits.getFirst().size(), bits.size()));
    return wordToArithmetic.of(bits.stream().map(ReplicatedBits::of).toList());
  }

  // ---- storage ---------------------------------------------------------------------------------

  /** This party's shares of a tensor, copied, for its own sealed store. */
  public SharePair exportShares(SecretTensor x, ShareAccess access) {
    ReplicatedTensor a = ReplicatedTensor.of(x);
    return new SharePair(a.own.clone(), a.next.clone());
  }

  /**
   * A tensor of stored shares. {@link #compareShares} comes before anything is computed on it.
   *
   * @throws IllegalArgumentException if there are not as many as the shape has elements
   */
  public SecretTensor importShares(Shape shape, FixedPoint format, SharePair shares) {
    return new ReplicatedTensor(shape, format, shares.own().clone(), shares.next().clone());
  }

  /**
   * A tensor of a data holder's or a client's input. The three parties compare the descriptions
   * before anything is computed on it, see {@link HolderInput#crossCheck}.
   */
  public SecretTensor importInput(HolderInput input) {
    TensorDescription description = input.description();
    return importShares(description.shape(), description.format(), input.shares());
  }

  /**
   * Compares restored shares with their other holders, before anything is computed on them (rule
   * R3).
   *
   * <p>Rounds: 1. Bytes: 64 per party.
   *
   * @param id what the shares belong to, such as the digest of a model's card; public
   * @throws ProtocolViolation if a peer's shares are of another version
   */
  public void compareShares(byte[] id, List<SecretTensor> tensors) {
    declare(CostTable.compareShares());
    shareComparison.of(id, tensors.stream().map(ReplicatedTensor::of).toList());
  }

  // ---- disclosure ------------------------------------------------------------------------------

  @Override
  public long[] open(SecretTensor x, Disclosure disclosure) {
    disclosure.use(x.size());
    declare(CostTable.open(x.size()));
    return openings.toAll(ReplicatedTensor.of(x));
  }

  @Override
  public long[] share(SecretTensor x, Disclosure disclosure) {
    disclosure.use(x.size());
    return openings.freshShare(ReplicatedTensor.of(x));
  }

  /**
   * Compares a digest of everything opened so far with both peers, at the end of a phase.
   *
   * <p>Rounds: 1. Bytes: 64 per party.
   *
   * @throws ProtocolViolation if a peer saw other values
   */
  public void compareOpened() {
    Step step = session.step(Opcode.SYNCHRONISE);
    long[] digest = openings.digestOfOpened();
    declare(new Cost(1, 6L * Long.BYTES * digest.length));
    session.sendWords(self().next(), step, 0, digest);
    session.sendWords(self().previous(), step, 0, digest);
    for (ComputeParty peer : List.of(self().next(), self().previous())) {
      long[] theirs = session.receiveWords(peer, step, 0, digest.length);
      if (!Arrays.equals(digest, theirs)) {
        throw new ProtocolViolation(peer, step.toString(), "it opened other values than we did");
      }
    }
  }

  /**
   * Compares with both peers what the data holders said of their inputs, before anything is
   * computed on them; see {@link HolderInput#crossCheck}.
   *
   * <p>Rounds: 1. Bytes: 192 for each input.
   */
  public void crossCheck(List<TensorDescription> descriptions) {
    declare(new Cost(1, 192L * descriptions.size()));
    HolderInput.crossCheck(session.channel(), session.step(Opcode.INPUT_DIGEST), descriptions);
  }

  /**
   * Tells both peers a public number and returns those of P0, P1 and P2: for what the three have to
   * agree on but none may choose alone. Never a value that depends on a record.
   *
   * <p>Rounds: 1. Bytes: 48.
   */
  public long[] exchangePublic(long mine) {
    Step step = session.step(Opcode.SYNCHRONISE);
    declare(new Cost(1, 6L * Long.BYTES));
    session.sendWords(self().next(), step, 0, new long[] {mine});
    session.sendWords(self().previous(), step, 0, new long[] {mine});
    long[] all = new long[3];
    all[self().ordinal()] = mine;
    for (ComputeParty peer : List.of(self().next(), self().previous())) {
      all[peer.ordinal()] = session.receiveWords(peer, step, 0, 1)[0];
    }
    return all;
  }
}
