package io.consilium.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.inference.onnx.SampleFolder.DataSet;
import io.consilium.inference.onnx.program.ModelRefused;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SampleFolderTest {
  @TempDir Path directory;

  private static void writeNumber(Path file, double number) throws IOException {
    String header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }\n";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    bytes.writeBytes(new byte[] {(byte) header.length(), 0});
    bytes.writeBytes(header.getBytes(StandardCharsets.ISO_8859_1));
    bytes.writeBytes(
        ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN).putDouble(number).array());
    Files.write(file, bytes.toByteArray());
  }

  private static List<Double> firsts(List<DataSet> sets) {
    return sets.stream().map(set -> set.inputs().getFirst().elements()[0]).toList();
  }

  @Test
  void filesOfAnyNameAreDataSetsOfOneInput() throws IOException {
    writeNumber(directory.resolve("patient-b.npy"), 2);
    writeNumber(directory.resolve("patient-a.NPY"), 1);
    Files.writeString(directory.resolve("notes.txt"), "no tensor");

    assertThat(firsts(SampleFolder.read(directory))).containsExactly(1.0, 2.0);
  }

  @Test
  void foldersHoldDataSetsOfSeveralInputs() throws IOException {
    for (int set = 0; set < 2; set++) {
      Path folder = Files.createDirectories(directory.resolve("test_data_set_" + set));
      writeNumber(folder.resolve("input_0.npy"), set);
      writeNumber(folder.resolve("input_1.npy"), 10 + set);
      writeNumber(folder.resolve("output_0.npy"), 20 + set);
    }

    List<DataSet> sets = SampleFolder.read(directory);

    assertThat(firsts(sets)).containsExactly(0.0, 1.0);
    assertThat(sets.getLast().inputs().getLast().elements()).containsExactly(11);
    assertThat(sets.getLast().outputs().getFirst().elements()).containsExactly(21);
  }

  @Test
  void aFolderWithoutSamplesIsRefused() throws IOException {
    assertThatThrownBy(() -> SampleFolder.read(directory))
        .isInstanceOf(ModelRefused.class)
        .hasMessageContaining("holds no samples");

    Path set = Files.createDirectories(directory.resolve("test_data_set_0"));

    assertThatThrownBy(() -> SampleFolder.read(directory))
        .isInstanceOf(ModelRefused.class)
        .hasMessageContaining(set + " holds no input_0.pb and no input_0.npy");
  }
}
