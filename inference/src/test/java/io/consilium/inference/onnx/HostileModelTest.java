package io.consilium.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.proto.ModelProto;
import io.consilium.inference.onnx.proto.OperatorSetIdProto;
import io.consilium.inference.onnx.proto.SparseTensorProto;
import io.consilium.inference.onnx.proto.StringStringEntryProto;
import io.consilium.inference.onnx.proto.TensorProto;
import io.consilium.inference.onnx.proto.ValueInfoProto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a file holds, an import ends with a program or with a sentence that names the place. */
final class HostileModelTest {
  private static final ModelLimits LIMITS = ModelLimits.DEFAULT;
  private static final int FLOAT = 1;

  @TempDir private Path directory;

  private Path written(byte[] bytes) throws IOException {
    return Files.write(directory.resolve("model.onnx"), bytes);
  }

  private static void read(Path file) {
    OnnxFile.Model model = OnnxFile.readModel(file, LIMITS);
    var _ = OnnxImport.translate(model, ImportOptions.secretWeights(), LIMITS);
  }

  private static void refuses(ThrowingCallable imported, String... parts) {
    assertThatThrownBy(imported).isInstanceOf(ModelRefused.class).hasMessageContainingAll(parts);
  }

  private static TestNetwork reluOf(long... dims) {
    return new TestNetwork().input("x", dims).node("Relu", "x", "y").output("y");
  }

  @Test
  void everyTruncationEndsWithASentence() throws IOException {
    byte[] whole = TestNetwork.images().proto().toByteArray();

    for (int length = 0; length < whole.length; length++) {
      Path file = written(java.util.Arrays.copyOf(whole, length));
      Throwable thrown = catchThrowable(() -> read(file));
      assertThat(thrown).as("length %d", length).isInstanceOfAny(ModelRefused.class);
    }
  }

  @Test
  void randomDamageEndsWithAProgramOrASentence() throws IOException {
    byte[] whole = TestNetwork.images().proto().toByteArray();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(5);

    for (int i = 0; i < 3000; i++) {
      byte[] damaged = whole.clone();
      for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Path file = written(damaged);
      Throwable thrown = catchThrowable(() -> read(file));
      if (thrown != null) {
        assertThat(thrown).as("case %d", i).isInstanceOf(ModelRefused.class);
      }
    }
  }

  @Test
  void aFileBeyondTheLimitIsNotRead() throws IOException {
    Path file = written(new byte[1000]);
    ModelLimits small = new ModelLimits(999, 10, 4, 10);

    refuses(() -> OnnxFile.readModel(file, small), "1000 bytes", "999");
  }

  @Test
  void messagesThatNestWithoutEndAreRefused() throws IOException {
    byte[] inner = new byte[0];
    for (int depth = 0; depth < 200; depth++) {
      // A graph (6) in an attribute (5) of a node (1).
      inner = field(1, field(5, field(6, inner)));
    }
    Path file = written(field(7, inner));

    refuses(() -> read(file), "damaged");
  }

  private static byte[] field(int number, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream coded = CodedOutputStream.newInstance(bytes);
    coded.writeByteArray(number, content);
    coded.flush();
    return bytes.toByteArray();
  }

  @Test
  void aNodeThatReadsItselfIsRefused() {
    TestNetwork network = new TestNetwork().input("x", 1).node("Add", "x y", "y").output("y");

    refuses(network::program, "Add 'the Add'", "own output 'y'");
  }

  @Test
  void aCycleIsRefused() {
    TestNetwork network =
        new TestNetwork().input("x", 1).node("Add", "x b", "a").node("Relu", "a", "b").output("b");

    refuses(network::program, "Add 'the Add'", "'b'", "cycle");
  }

  @Test
  void aNameThatNothingMakesIsRefused() {
    TestNetwork network = new TestNetwork().input("x", 1).node("Add", "x b", "y").output("y");

    refuses(network::program, "'b', which nothing makes");
    refuses(() -> reluOf(1).output("z").program(), "output 'z'");
  }

  @Test
  void aNameThatIsMadeTwiceIsRefused() {
    TestNetwork network =
        new TestNetwork().input("x", 1).node("Relu", "x", "y").node("Neg", "x", "y").output("y");

    refuses(network::program, "Neg 'the Neg'", "there is already");
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 40, Long.MAX_VALUE, 1L << 31, -5})
  void anAbsurdDimensionIsRefused(long dimension) {
    TensorProto tensor =
        TensorProto.newBuilder().setName("w").setDataType(FLOAT).addDims(dimension).build();
    TestNetwork network =
        new TestNetwork().input("x", 1).initialiser(tensor).node("Add", "x w", "y").output("y");

    refuses(network::program, "'w'");
  }

  @Test
  void anAbsurdInputIsRefused() {
    refuses(() -> reluOf(1 << 20, 1 << 20).program(), "input 'x'");
    refuses(() -> reluOf(1L << 40).program(), "input 'x'");
  }

  @Test
  void shapesThatExplodeAreRefused() {
    refuses(
        () ->
            new TestNetwork()
                .integers("s", 1 << 20, 1 << 20)
                .node("ConstantOfShape", "s", "y")
                .output("y")
                .program(),
        "ConstantOfShape");
    refuses(
        () ->
            new TestNetwork()
                .input("x", 1, 1)
                .integers("s", 1 << 15, 1 << 15)
                .node("Tile", "x s", "y")
                .output("y")
                .program(),
        "Tile");
    refuses(
        () ->
            new TestNetwork()
                .input("x", 1, 1, 2, 2)
                .reals("roi")
                .reals("scales", 1, 1, 1e6f, 1e6f)
                .node("Resize", "x roi scales", "y")
                .output("y")
                .program(),
        "Resize");
    refuses(
        () ->
            new TestNetwork()
                .input("x", 1, 1)
                .integers("pads", 0, 1L << 40, 0, 0)
                .node("Pad", "x pads", "y")
                .output("y")
                .program(),
        "Pad");
  }

  /** A constant takes no memory, but what is made of it does: too much, all together. */
  @Test
  void manyLargeConstantsAreRefused() {
    TestNetwork network = new TestNetwork().integers("s", 1 << 25);
    for (int i = 0; i < 10; i++) {
      network.node("ConstantOfShape", "s", "c" + i).node("Neg", "c" + i, "n" + i);
    }

    network.node("Sum", "n0 n1 n2 n3 n4 n5 n6 n7 n8 n9", "y");

    refuses(() -> network.output("y").program(), "memory");
  }

  @Test
  void elementsThatDoNotFitTheShapeAreRefused() {
    TensorProto listed =
        TensorProto.newBuilder().setName("w").setDataType(FLOAT).addDims(3).addFloatData(1).build();
    TensorProto raw =
        listed.toBuilder().clearFloatData().setRawData(ByteString.copyFrom(new byte[11])).build();

    refuses(() -> with(listed).program(), "'w'", "1 elements", "3");
    refuses(() -> with(raw).program(), "'w'", "11 bytes", "12");
  }

  private static TestNetwork with(TensorProto tensor) {
    return new TestNetwork().input("x", 3).initialiser(tensor).node("Add", "x w", "y").output("y");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void numbersThatAreNoneAreRefused(float element) {
    TensorProto listed =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(FLOAT)
            .addDims(3)
            .addFloatData(1)
            .addFloatData(element)
            .addFloatData(1)
            .build();
    byte[] bytes =
        ByteBuffer.allocate(12)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putFloat(1)
            .putFloat(element)
            .putFloat(2)
            .array();
    TensorProto raw =
        listed.toBuilder().clearFloatData().setRawData(ByteString.copyFrom(bytes)).build();

    // Infinities mean something in masks, so they are refused by what reads them.
    String where = Float.isNaN(element) ? "'w'" : "'the Add'";
    refuses(() -> with(listed).program(), where, "not a finite number");
    refuses(() -> with(raw).program(), where, "not a finite number");
  }

  @Test
  void aConstantThatIsDividedByZeroIsRefused() {
    TestNetwork network =
        new TestNetwork().input("x", 1).reals("zero", 0).node("Div", "x zero", "y").output("y");

    refuses(network::program, "Div 'the Div'", "not finite");
  }

  private TensorProto external(String location, String offset, String length) {
    return TensorProto.newBuilder()
        .setName("w")
        .setDataType(FLOAT)
        .addDims(3)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", location))
        .addExternalData(entry("offset", offset))
        .addExternalData(entry("length", length))
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private void readExternal(TensorProto tensor) throws IOException {
    Path folder = Files.createDirectories(directory.resolve("model"));
    Path file = Files.write(folder.resolve("m.onnx"), with(tensor).proto().toByteArray());
    read(file);
  }

  @Test
  void dataBesideTheModelAreRead() throws IOException {
    Path folder = Files.createDirectories(directory.resolve("model"));
    Files.write(folder.resolve("w.bin"), new byte[16]);

    readExternal(external("w.bin", "4", "12"));
  }

  @ParameterizedTest
  @CsvSource({
    "../secret.bin, 0, 12, outside",
    "a/../../secret.bin, 0, 12, outside",
    "/etc/passwd, 0, 12, outside",
    "link.bin, 0, 12, outside",
    "missing.bin, 0, 12, no file",
    "., 0, 12, no file",
    "w.bin, 8, 12, has no 12 bytes at 8",
    "w.bin, 9223372036854775807, 12, has no 12 bytes",
    "w.bin, -1, 12, no place",
    "w.bin, x, 12, no place",
    "w.bin, 0, 11, asks for 12"
  })
  void dataElsewhereAreNotRead(String location, String offset, String length, String sentence)
      throws IOException {
    Path secret = Files.write(directory.resolve("secret.bin"), new byte[16]);
    Path folder = Files.createDirectories(directory.resolve("model"));
    Files.write(folder.resolve("w.bin"), new byte[16]);
    var _ = Files.createSymbolicLink(folder.resolve("link.bin"), secret);

    refuses(() -> readExternal(external(location, offset, length)), "'w'", sentence);
  }

  @Test
  void anUnsupportedOperatorIsNamedWithWhatReplacesIt() {
    TestNetwork branch = new TestNetwork().input("x", 1).node("If", "x", "y").output("y");
    TestNetwork unknown = new TestNetwork().input("x", 1).node("Det", "x", "y").output("y");

    refuses(branch::program, "If 'the If'", "a branch cannot depend on a secret");
    refuses(unknown::program, "Det 'the Det'", "not supported");
  }

  @Test
  void anUnsupportedTypeIsNamedWithItsTensor() {
    TensorProto complex = TensorProto.newBuilder().setName("w").setDataType(14).addDims(1).build();

    refuses(() -> with(complex).program(), "'w'", "type 14");
  }

  @Test
  void aShapeThatDependsOnASecretIsRefused() {
    TestNetwork network =
        new TestNetwork()
            .input("x", 2)
            .node("Relu", "x", "a")
            .node("Reshape", "x a", "y")
            .output("y");

    refuses(network::program, "Reshape 'the Reshape'", "must be public", "Relu");
  }

  @Test
  void otherVersionsAndDomainsAreRefused() {
    ModelProto proto = reluOf(1).proto();
    ModelProto old =
        proto.toBuilder().setOpsetImport(0, OperatorSetIdProto.newBuilder().setVersion(5)).build();
    var foreign = proto.toBuilder();
    foreign.getGraphBuilder().getNodeBuilder(0).setDomain("com.example");

    refuses(() -> translated(old), "version 5", "6 to 24");
    refuses(() -> translated(foreign.build()), "'com.example'");
    refuses(() -> translated(ModelProto.getDefaultInstance()), "no network");
  }

  private void translated(ModelProto proto) {
    var _ =
        OnnxImport.translate(
            new OnnxFile.Model(proto, directory), ImportOptions.secretWeights(), LIMITS);
  }

  /** What follows from the roles of weights is found without recursion. */
  @Test
  void aLongChainBehindAConstantTakesNoStack() {
    ModelProto.Builder proto = reluOf(1).proto().toBuilder();
    var graph = proto.getGraphBuilder().clearNode();
    graph.addNode(
        TestGraphs.node("Constant", List.of(), List.of("n0"), TestNetwork.real("value_float", 2)));
    int length = 50_000;
    for (int i = 0; i < length; i++) {
      graph.addNode(TestGraphs.node("Identity", List.of("n" + i), List.of("n" + (i + 1))));
    }
    graph.addNode(TestGraphs.node("Mul", List.of("x", "n" + length), List.of("y")));

    assertThat(TestGraphs.run(proto.build(), new double[] {3})).containsExactly(6);
  }

  @Test
  void tablesAndSparseTensorsAreLimited() {
    TensorProto table =
        TensorProto.newBuilder().setName("t").setDataType(7).addDims(1 << 26).build();
    ModelProto looked =
        TestGraphs.with(
            TestGraphs.with(new TestNetwork().input("x", 1, 2).output("y").proto(), table),
            TestGraphs.node("ArgMax", List.of("x"), List.of("k")),
            TestGraphs.classical("ArrayFeatureExtractor", List.of("t", "k"), List.of("y")));
    ModelProto.Builder sparse = reluOf(1).proto().toBuilder();
    for (int i = 0; i < 8; i++) {
      sparse
          .getGraphBuilder()
          .addSparseInitializer(
              SparseTensorProto.newBuilder()
                  .setValues(TensorProto.newBuilder().setName("s" + i).setDataType(FLOAT))
                  .setIndices(TensorProto.newBuilder().addDims(0))
                  .addDims(1 << 24));
      sparse
          .getGraphBuilder()
          .addNode(TestGraphs.node("Relu", List.of("s" + i), List.of("r" + i)))
          .addOutput(ValueInfoProto.newBuilder().setName("r" + i));
    }

    refuses(() -> translated(looked), "67108864 labels");
    refuses(() -> translated(sparse.build()), "sparse tensors", "written out");
  }

  @Test
  void attributesOfTheWrongTypeAreRefused() {
    TestNetwork network =
        new TestNetwork()
            .input("x", 1, 1, 4, 4)
            .node("MaxPool", "x", "y", TestNetwork.text("kernel_shape", "wide"))
            .output("y");

    refuses(network::program, "MaxPool 'the MaxPool'", "kernel_shape");
  }
}
