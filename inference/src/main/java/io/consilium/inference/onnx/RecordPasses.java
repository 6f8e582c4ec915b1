package io.consilium.inference.onnx;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Records that are answered together, but no more at once than there is memory for: the passes are
 * as equal as can be, and one follows the other.
 *
 * @param recordsMax of one pass
 */
record RecordPasses(int recordsMax) {
  /**
   * Answers all records.
   *
   * @param inputs of each the records one below the other
   * @param pass answers the records of one pass
   * @return outputs in the same way
   */
  List<SecretTensor> run(
      Backend b, List<SecretTensor> inputs, int records, UnaryOperator<List<SecretTensor>> pass) {
    int passes = Math.ceilDiv(records, recordsMax);
    if (passes <= 1) {
      return pass.apply(inputs);
    }
    List<List<SecretTensor>> answers = new ArrayList<>();
    for (int i = 0; i < passes; i++) {
      int from = Math.toIntExact((long) records * i / passes);
      int to = Math.toIntExact((long) records * (i + 1) / passes);
      List<SecretTensor> own = inputs.stream().map(x -> rows(b, x, records, from, to)).toList();
      // What a pass has made serves the next one.
      answers.add(b.scoped(() -> byRecord(b, pass.apply(own), to - from)));
    }
    List<SecretTensor> outputs = new ArrayList<>();
    for (int i = 0; i < answers.getFirst().size(); i++) {
      int place = i;
      outputs.add(b.concatenate(answers.stream().map(answer -> answer.get(place)).toList()));
    }
    return outputs;
  }

  private static SecretTensor rows(Backend b, SecretTensor x, int records, int from, int to) {
    return b.rowRange(byRecord(b, x, records), from, to);
  }

  private static List<SecretTensor> byRecord(Backend b, List<SecretTensor> all, int records) {
    return all.stream().map(x -> byRecord(b, x, records)).toList();
  }

  private static SecretTensor byRecord(Backend b, SecretTensor x, int records) {
    return b.reshape(x, Shape.matrix(records, x.size() / records));
  }
}
