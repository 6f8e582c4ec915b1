package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import java.util.ArrayList;
import java.util.List;

/**
 * An instruction at work on shares, for one record or several: its operands, and the format and
 * range of its result.
 *
 * <p>Tensors of several records lie one below the other along their outermost dimension, so most
 * instructions need not know how many there are. Weights and public operands are there once.
 */
public final class Step {
  private final Backend backend;
  private final Instruction instruction;
  private final int records;
  private final List<Operand> operands;
  private final Interval range;
  private final FixedPoint format;

  Step(
      Backend backend,
      Instruction instruction,
      int records,
      List<Operand> operands,
      Interval range,
      FixedPoint format) {
    this.backend = backend;
    this.instruction = instruction;
    this.records = records;
    this.operands = List.copyOf(operands);
    this.range = range;
    this.format = format;
  }

  /** Steps of elementwise instructions in equal formats, with their operands one behind another. */
  static Step joined(List<Step> steps) {
    Step first = steps.getFirst();
    Backend b = first.backend;
    List<Operand> joined = new ArrayList<>();
    for (int i = 0; i < first.operands.size(); i++) {
      int place = i;
      List<SecretTensor> parts = steps.stream().map(step -> step.flat(place)).toList();
      int bits = first.operands.get(i).ownBits();
      joined.add(new Operand.Secret(b.concatenate(parts), first.interval(i), bits, false));
    }
    return new Step(b, first.instruction, 1, joined, first.range, first.format);
  }

  Step with(List<Operand> others) {
    return new Step(backend, instruction, records, others, range, format);
  }

  public Backend backend() {
    return backend;
  }

  Instruction instruction() {
    return instruction;
  }

  /** How many records there are. */
  int records() {
    return records;
  }

  List<Operand> operands() {
    return operands;
  }

  /** An operand of all records in its own format. */
  public SecretTensor operand(int i) {
    return ofAll(i, operands.get(i).tensor());
  }

  /** An operand of all records as a vector. */
  public SecretTensor flat(int i) {
    SecretTensor x = operand(i);
    return backend.reshape(x, Shape.vector(x.size()));
  }

  /** An operand of all records as a vector with so many fraction bits. */
  SecretTensor flat(int i, int fractionBits) {
    SecretTensor x = operand(i, fractionBits);
    return backend.reshape(x, Shape.vector(x.size()));
  }

  /** An operand of all records with so many fraction bits. Rounds: 2 if it has more, else none. */
  public SecretTensor operand(int i, int fractionBits) {
    return ofAll(i, shared(i, fractionBits));
  }

  /** The same, but one for all records if it does not depend on them. */
  SecretTensor shared(int i, int fractionBits) {
    Operand operand = operands.get(i);
    return inFormat(operand.tensor(fractionBits), fractionBits, interval(i), operand.ownBits());
  }

  /** Whether an operand is the same for all records. */
  boolean isShared(int i) {
    return operands.get(i).isShared();
  }

  private SecretTensor ofAll(int i, SecretTensor x) {
    return isShared(i) ? repeated(backend, x, records) : x;
  }

  /** A tensor so many times, one below the other. */
  static SecretTensor repeated(Backend b, SecretTensor x, int records) {
    return records == 1 ? x : b.reshape(b.repeat(x, records), Dims.times(x.shape(), records));
  }

  public Interval interval(int i) {
    return operands.get(i).interval();
  }

  List<Interval> intervals() {
    return operands.stream().map(Operand::interval).toList();
  }

  /** Whether an operand is public. */
  boolean isPublic(int i) {
    return operands.get(i) instanceof Operand.Known;
  }

  /** Fraction bits that an operand is added with: a constant has no more than the sum. */
  int bitsToAdd(int i) {
    return Math.min(bitsToCompare(i), isPublic(i) ? format.fractionBits() : Integer.MAX_VALUE);
  }

  /** Fraction bits that an operand is compared with: a constant has any, so it takes a few. */
  int bitsToCompare(int i) {
    return operands.get(i) instanceof Operand.Known known
        ? Math.min(PublicFactors.usefulBits(known.value().known().elements()), known.fractionBits())
        : fractionBits(i);
  }

  /** Fraction bits of each operand, and of the result. */
  List<Integer> formats() {
    List<Integer> formats = new ArrayList<>();
    operands.forEach(operand -> formats.add(operand.fractionBits()));
    formats.add(format.fractionBits());
    return formats;
  }

  /** Fraction bits of an operand. */
  int fractionBits(int i) {
    return operands.get(i).fractionBits();
  }

  /** The format of the result. */
  public FixedPoint format() {
    return format;
  }

  /** What the result lies in. */
  public Interval range() {
    return range;
  }

  /** The shape of the result, of all records. */
  Shape shape() {
    return Dims.times(instruction.shape(), records);
  }

  /** A tensor with so many fraction bits. Rounds: 2 if it has more, else none. */
  private SecretTensor inFormat(SecretTensor x, int fractionBits, Interval interval, int ownBits) {
    int excess = x.format().fractionBits() - fractionBits;
    if (excess == 0) {
      return x;
    }
    SecretTensor changed = excess > 0 ? backend.truncate(x, excess) : backend.widen(x, -excess);
    return backend.within(changed, Scales.promise(interval, changed.format(), ownBits));
  }

  /** Codes of one record for all of them. */
  long[] repeated(long[] codes) {
    if (records == 1) {
      return codes;
    }
    long[] all = new long[codes.length * records];
    for (int record = 0; record < records; record++) {
      System.arraycopy(codes, 0, all, record * codes.length, codes.length);
    }
    return all;
  }

  /** The results of several steps. Rounds: 2 for all that have too many fraction bits, or none. */
  static List<SecretTensor> results(List<Step> steps, List<SecretTensor> computed) {
    Shortening shortening = new Shortening(steps.getFirst().backend);
    List<SecretTensor> promised = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      promised.add(steps.get(i).promised(computed.get(i)));
      shortening.want(promised.getLast(), steps.get(i).format().fractionBits());
    }
    shortening.run();
    List<SecretTensor> results = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      SecretTensor x = shortening.of(promised.get(i), step.format().fractionBits());
      int bits = step.format().fractionBits();
      results.add(step.promised(step.inFormat(x, bits, step.range, bits)));
    }
    return results;
  }

  private SecretTensor promised(SecretTensor x) {
    ValueRange promise = Scales.promise(range, x.format(), format.fractionBits());
    return backend.reshape(backend.within(x, promise), shape());
  }
}
