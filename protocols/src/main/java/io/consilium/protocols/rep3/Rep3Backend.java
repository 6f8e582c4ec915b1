package io.consilium.protocols.rep3;

import io.consilium.protocols.Backend;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Cost;
import io.consilium.protocols.CostTable;
import io.consilium.protocols.Disclosure;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.ProtocolViolation;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretProduct;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.TensorType;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.ring.BitPlanes;
import io.consilium.protocols.ring.ColumnSums;
import io.consilium.protocols.ring.RingVector;
import io.consilium.protocols.ring.RingWidth;
import io.consilium.protocols.transport.Channel;
import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.Step;
import io.consilium.protocols.transport.Traffic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The suite rep3: replicated secret sharing among three parties over Z_2^64 and Z_2.
 *
 * <p>Security: passive corruption of one of the three; any two of them together read everything.
 * One session, one thread; a failed session is never resumed.
 */
public final class Rep3Backend implements Backend {
  private final Rep3Session session;
  private final Scopes scopes;
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
    this(channel, keys, Pieces.DEFAULT);
  }

  /** For tests: vectors cut into small pieces. */
  Rep3Backend(Channel channel, SessionKeys keys, Pieces pieces) {
    this.session = new Rep3Session(channel, keys, pieces);
    this.scopes = new Scopes(session.arena());
    this.product = new ReplicatedProduct(session);
    this.booleanProduct = new BooleanProduct(session);
    this.bitProduct = new BitProduct(session);
    this.truncation = new Truncation(session, RingWidth.RING_64);
    this.exactTruncation =
        new ExactTruncation(session, booleanProduct, bitProduct, RingWidth.RING_64);
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
    TensorType type = TensorType.constant(shape, format, codes);
    long[] zero = session.words(codes.length);
    Arrays.fill(zero, 0);
    return switch (self()) {
      case P0 -> made(new ReplicatedTensor(type, codes, zero));
      case P1 -> made(new ReplicatedTensor(type, zero, zero));
      case P2 -> made(new ReplicatedTensor(type, zero, codes));
    };
  }

  @Override
  public SecretTensor within(SecretTensor x, ValueRange range) {
    return retyped(x, x.type().within(range));
  }

  @Override
  public SecretTensor assumeWithin(SecretTensor x, ValueRange range) {
    return retyped(x, x.type().within(range));
  }

  private ReplicatedTensor retyped(SecretTensor x, TensorType type) {
    return made(ReplicatedTensor.of(x).as(type));
  }

  @Override
  public SecretTensor add(SecretTensor x, SecretTensor y) {
    TensorType type = x.type().sum(y.type());
    ReplicatedTensor a = ReplicatedTensor.of(x);
    ReplicatedTensor b = ReplicatedTensor.of(y);
    long[] own = session.words(type.size());
    long[] next = session.words(type.size());
    RingVector.add(a.own, b.own, own);
    RingVector.add(a.next, b.next, next);
    return made(new ReplicatedTensor(type, own, next));
  }

  @Override
  public SecretTensor subtract(SecretTensor x, SecretTensor y) {
    TensorType type = x.type().sum(y.type());
    ReplicatedTensor a = ReplicatedTensor.of(x);
    ReplicatedTensor b = ReplicatedTensor.of(y);
    long[] own = session.words(type.size());
    long[] next = session.words(type.size());
    RingVector.subtract(a.own, b.own, own);
    RingVector.subtract(a.next, b.next, next);
    return made(new ReplicatedTensor(type, own, next));
  }

  @Override
  public SecretTensor addCode(SecretTensor x, long code) {
    TensorType type = x.type().plus(code);
    ReplicatedTensor a = ReplicatedTensor.of(x);
    return switch (self()) {
      case P0 -> made(new ReplicatedTensor(type, shifted(a.own, code), a.next));
      case P1 -> retyped(x, type);
      case P2 -> made(new ReplicatedTensor(type, a.own, shifted(a.next, code)));
    };
  }

  private long[] shifted(long[] share, long code) {
    long[] sum = session.words(share.length);
    RingVector.addCode(share, code, sum);
    return sum;
  }

  @Override
  public SecretTensor multiply(SecretTensor x, long k) {
    return mapped(x, x.type().times(k), (share, z) -> RingVector.multiply(share, k, z));
  }

  @Override
  public SecretTensor multiply(SecretTensor x, long[] codes, FixedPoint format) {
    return mapped(
        x, x.type().times(codes, format), (share, z) -> RingVector.multiply(share, codes, z));
  }

  @Override
  public SecretTensor reinterpret(SecretTensor x, FixedPoint format) {
    return retyped(x, x.type().as(format));
  }

  @Override
  public SecretTensor reshape(SecretTensor x, Shape shape) {
    return retyped(x, x.type().reshaped(shape));
  }

  @Override
  public SecretTensor rows(SecretTensor x, int[] indices) {
    int columns = x.shape().columns();
    return mapped(
        x, x.type().rows(indices), (share, z) -> RingVector.rows(share, columns, indices, z));
  }

  @Override
  public SecretTensor columns(SecretTensor x, int from, int to) {
    int columns = x.shape().columns();
    return mapped(
        x,
        x.type().columns(from, to),
        (share, z) -> RingVector.columns(share, columns, from, to, z));
  }

  @Override
  public SecretTensor concatenate(List<SecretTensor> parts) {
    return made(
        new ReplicatedTensor(
            TensorType.concatenated(parts.stream().map(SecretTensor::type).toList()),
            joined(parts, x -> ReplicatedTensor.of(x).own),
            joined(parts, x -> ReplicatedTensor.of(x).next)));
  }

  @Override
  public SecretTensor transpose(SecretTensor x) {
    int rows = x.shape().rows();
    int columns = x.shape().columns();
    return mapped(
        x, x.type().transposed(), (share, z) -> RingVector.transpose(share, rows, columns, z));
  }

  @Override
  public SecretTensor sumRows(SecretTensor x) {
    int columns = x.shape().columns();
    return mapped(x, x.type().rowSum(), (share, z) -> RingVector.sumRows(share, columns, z));
  }

  @Override
  public SecretTensor sumColumns(List<SecretTensor> parts, ColumnSums sums) {
    TensorType type = TensorType.columnSums(parts.stream().map(SecretTensor::type).toList(), sums);
    int rows = type.shape().rows();
    List<ReplicatedTensor> tensors = parts.stream().map(ReplicatedTensor::of).toList();
    long[] own = session.words(type.size());
    long[] next = session.words(type.size());
    sums.apply(tensors.stream().map(x -> x.own).toList(), rows, own);
    sums.apply(tensors.stream().map(x -> x.next).toList(), rows, next);
    return made(new ReplicatedTensor(type, own, next));
  }

  /** A linear map of both shares; it writes all of its second argument. */
  private ReplicatedTensor mapped(
      SecretTensor x, TensorType type, BiConsumer<long[], long[]> linear) {
    ReplicatedTensor a = ReplicatedTensor.of(x);
    long[] own = session.words(type.size());
    long[] next = session.words(type.size());
    linear.accept(a.own, own);
    linear.accept(a.next, next);
    return made(new ReplicatedTensor(type, own, next));
  }

  /** The same share of several values, one behind the other. */
  private <T> long[] joined(List<T> parts, Function<T, long[]> share) {
    List<long[]> shares = parts.stream().map(share).toList();
    long[] all = session.words(RingVector.length(shares));
    RingVector.concatenate(shares, all);
    return all;
  }

  // ---- memory ----------------------------------------------------------------------------------

  @Override
  public List<SecretTensor> scoped(Supplier<List<SecretTensor>> part) {
    return scopes.run(part);
  }

  private ReplicatedTensor made(ReplicatedTensor tensor) {
    return scopes.made(tensor);
  }

  private ReplicatedTensor instruction(Supplier<ReplicatedTensor> protocol) {
    return instructions(() -> List.of(protocol.get())).getFirst();
  }

  private <T extends ReplicatedShares> List<T> instructions(Supplier<List<T>> protocol) {
    List<T> results = scopes.instruction(protocol);
    // What this party only sends must not wait for its next receive.
    session.channel().push();
    return results;
  }

  // ---- interactive, arithmetic -----------------------------------------------------------------

  @Override
  public SecretTensor input(ComputeParty owner, Shape shape, FixedPoint format, long[] codes) {
    declare(CostTable.input(shape.size()));
    return instruction(() -> inputs.of(owner, shape, format, codes));
  }

  @Override
  public List<SecretTensor> multiply(List<SecretTensor> x, List<SecretTensor> y) {
    declare(CostTable.product(x.stream().mapToLong(SecretTensor::size).sum()));
    List<ReplicatedTensor> left = x.stream().map(ReplicatedTensor::of).toList();
    List<ReplicatedTensor> right = y.stream().map(ReplicatedTensor::of).toList();
    return List.copyOf(instructions(() -> product.elementwise(left, right)));
  }

  @Override
  public List<SecretTensor> products(List<? extends SecretProduct> products) {
    declare(CostTable.product(products.stream().mapToLong(p -> p.type().size()).sum()));
    return List.copyOf(instructions(() -> product.of(products)));
  }

  @Override
  public SecretTensor dotRows(SecretTensor x, SecretTensor y) {
    declare(CostTable.product(x.shape().columns()));
    return instruction(() -> product.dotRows(ReplicatedTensor.of(x), ReplicatedTensor.of(y)));
  }

  @Override
  public List<SecretTensor> truncate(List<SecretTensor> x, int[] bits) {
    declare(CostTable.truncate(x.stream().mapToLong(SecretTensor::size).toArray(), bits));
    List<ReplicatedTensor> tensors = x.stream().map(ReplicatedTensor::of).toList();
    return List.copyOf(instructions(() -> truncation.of(tensors, bits)));
  }

  @Override
  public SecretTensor truncateExactly(SecretTensor x, int bits) {
    declare(CostTable.truncateExactly(x.size(), bits));
    return instruction(() -> exactTruncation.of(ReplicatedTensor.of(x), bits));
  }

  // ---- interactive, bits -----------------------------------------------------------------------

  @Override
  public SecretBits negative(SecretTensor x, int width) {
    x.type().requireComparable(width);
    declare(CostTable.negative(x.size(), width));
    return instructions(() -> List.of(signBit.of(ReplicatedTensor.of(x), width))).getFirst();
  }

  @Override
  public List<SecretBits> bitsOf(SecretTensor x, int width) {
    declare(CostTable.bitsOf(x.size(), width));
    return List.copyOf(instructions(() -> arithmeticToBits.of(ReplicatedTensor.of(x), width)));
  }

  @Override
  public SecretBits xor(SecretBits x, SecretBits y) {
    ReplicatedBits a = ReplicatedBits.of(x);
    ReplicatedBits b = ReplicatedBits.of(y);
    long[] own = session.words(a.own.length);
    long[] next = session.words(a.own.length);
    RingVector.xor(a.own, b.own, own);
    RingVector.xor(a.next, b.next, next);
    return scopes.made(new ReplicatedBits(a.size(), own, next));
  }

  @Override
  public SecretBits not(SecretBits x) {
    ReplicatedBits a = ReplicatedBits.of(x);
    return switch (self()) {
      case P0 -> scopes.made(new ReplicatedBits(a.size(), complement(a.own), a.next));
      case P1 -> a;
      case P2 -> scopes.made(new ReplicatedBits(a.size(), a.own, complement(a.next)));
    };
  }

  private long[] complement(long[] share) {
    long[] complement = session.words(share.length);
    for (int i = 0; i < share.length; i++) {
      complement[i] = ~share[i];
    }
    return complement;
  }

  @Override
  public SecretBits concatenateBits(List<SecretBits> parts) {
    int size = parts.stream().mapToInt(SecretBits::size).sum();
    long[] own = session.words(BitPlanes.words(size));
    long[] next = session.words(own.length);
    Arrays.fill(own, 0);
    Arrays.fill(next, 0);
    int at = 0;
    for (SecretBits part : parts) {
      ReplicatedBits bits = ReplicatedBits.of(part);
      BitPlanes.append(own, at, bits.own, bits.size());
      BitPlanes.append(next, at, bits.next, bits.size());
      at += bits.size();
    }
    return scopes.made(new ReplicatedBits(size, own, next));
  }

  @Override
  public SecretBits slice(SecretBits x, int from, int to) {
    ReplicatedBits bits = ReplicatedBits.of(x);
    return new ReplicatedBits(
        to - from, BitPlanes.slice(bits.own, from, to), BitPlanes.slice(bits.next, from, to));
  }

  @Override
  public List<SecretBits> and(List<SecretBits> x, List<SecretBits> y) {
    declare(CostTable.and(x.stream().mapToLong(bits -> CostTable.words(bits.size())).sum()));
    return List.copyOf(instructions(() -> ands(x, y)));
  }

  private List<ReplicatedBits> ands(List<SecretBits> x, List<SecretBits> y) {
    Planes z = booleanProduct.of(planes(x), planes(y));
    List<ReplicatedBits> results = new ArrayList<>();
    int at = 0;
    for (SecretBits bits : x) {
      int words = BitPlanes.words(bits.size());
      long[] own = slice(z.own(), at, words);
      results.add(new ReplicatedBits(bits.size(), own, slice(z.next(), at, words)));
      at += words;
    }
    return results;
  }

  private long[] slice(long[] words, int from, int count) {
    long[] slice = session.words(count);
    System.arraycopy(words, from, slice, 0, count);
    return slice;
  }

  private Planes planes(List<SecretBits> bits) {
    return new Planes(
        joined(bits, b -> ReplicatedBits.of(b).own), joined(bits, b -> ReplicatedBits.of(b).next));
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
    List<ReplicatedTensor> results = instructions(() -> bitProduct.of(factors));
    return new BitProducts(
        List.copyOf(results.subList(0, converted.size())),
        List.copyOf(results.subList(converted.size(), results.size())));
  }

  @Override
  public SecretTensor wordToArithmetic(List<SecretBits> bits) {
    declare(CostTable.wordToArithmetic(bits.getFirst().size(), bits.size()));
    return instruction(() -> wordToArithmetic.of(bits.stream().map(ReplicatedBits::of).toList()));
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
   * A tensor of stored shares that the caller writes into the arrays it is given, all of them. It
   * belongs to the scope around, as the result of an instruction does.
   *
   * <p>Only for shares whose other holders have been compared with this party's before, or that
   * this session has made itself.
   */
  public SecretTensor importShares(TensorType type, Consumer<SharePair> reader) {
    SharePair shares = new SharePair(session.words(type.size()), session.words(type.size()));
    reader.accept(shares);
    return made(new ReplicatedTensor(type, shares.own(), shares.next()));
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
