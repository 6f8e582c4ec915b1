package io.consilium.protocols.transport;

/**
 * A place in the public program: the sequence number of the instruction and its kind. All parties
 * derive it from the program; masks and messages are addressed by it.
 */
public record Step(long sequence, Opcode opcode) {
  @Override
  public String toString() {
    return opcode + "#" + sequence;
  }
}
