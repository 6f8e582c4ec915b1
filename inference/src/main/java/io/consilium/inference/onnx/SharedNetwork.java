package io.consilium.inference.onnx;

import io.consilium.inference.onnx.program.Footprint;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.program.Ranges;
import io.consilium.inference.onnx.program.SecretRun;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import io.consilium.inference.onnx.proto.TensorProto;
import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An imported network as the parties have it: its description, and the program that each of them
 * makes of it. Two parties with the same description and the same version of this program compute
 * the same.
 *
 * @param ranges none while weights that will be public are not known
 */
public record SharedNetwork(
    NetworkDescription description, Program program, Optional<Ranges> ranges) {

  /**
   * A tensor of the owner as it is shared.
   *
   * @param name unique in the network
   * @param format of the codes; whole words for weights that will be opened
   */
  public record Shared(String name, int elements, FixedPoint format) {
    /** Tensors are shared flat; what they look like is in the graph. */
    public Shape shape() {
      return Shape.vector(elements);
    }
  }

  // ---- parties ---------------------------------------------------------------------------------

  /**
   * Makes the program of a description, without any weight. Where weights are going to be public,
   * formats depend on them: see {@link #withWeights}.
   *
   * @throws ModelRefused if the description does not fit itself, or the plan is another than its
   *     owner announced
   */
  public static SharedNetwork of(NetworkDescription description) {
    PublicGraph graph = PublicGraph.unpack(description.graph());
    Program program = translate(graph, description, graph.placeholders());
    if (description.publicWeights()) {
      return new SharedNetwork(description, program, Optional.empty());
    }
    return checked(description, program);
  }

  private static Program translate(
      PublicGraph graph, NetworkDescription description, Map<String, Tensor> elements) {
    try {
      return OnnxImport.translate(
          graph.model(), description.options(elements), ModelLimits.DEFAULT);
    } catch (IllegalArgumentException e) {
      throw new ModelRefused("the description of the network does not fit: " + e.getMessage(), e);
    }
  }

  private static SharedNetwork checked(NetworkDescription description, Program program) {
    Ranges ranges = description.ranges(program);
    String plan = PlanDigest.of(program, ranges, OnnxPlan.of(program, ranges));
    if (!plan.equals(description.plan())) {
      throw new ModelRefused(
          "the plan that follows from the network's description is another one than its owner"
              + " announced; it was imported with another version of the program: import it again");
    }
    return new SharedNetwork(description, program, Optional.of(ranges));
  }

  /**
   * What the owner shares, in this order. Of a network without weights that is one zero, which no
   * answer needs: so it is kept, listed and forgotten as any other.
   */
  public List<Shared> shared() {
    List<Shared> shared = description.publicWeights() ? wholeWords() : weights();
    return shared.isEmpty() ? List.of(new Shared("weights.none", 1, FixedPoint.INTEGER)) : shared;
  }

  private List<Shared> weights() {
    List<Shared> shared = new ArrayList<>();
    for (Value weight : program.weights()) {
      shared.add(
          new Shared(
              "weights." + shared.size(),
              weight.shape().size(),
              SecretRun.format(ranges.orElseThrow(), weight)));
    }
    return shared;
  }

  private List<Shared> wholeWords() {
    List<Shared> shared = new ArrayList<>();
    for (TensorProto tensor : PublicGraph.unpack(description.graph()).secrets().values()) {
      int elements = PublicGraph.shape(tensor).size();
      shared.add(new Shared("weights." + shared.size(), elements, FixedPoint.INTEGER));
    }
    return shared;
  }

  /**
   * The network with weights that the parties have opened.
   *
   * @param words of the tensors that {@link #shared} lists, in their order
   * @throws ModelRefused if they are not those that the owner announced, or the plan is another one
   */
  public SharedNetwork withWeights(List<long[]> words) {
    if (!PlanDigest.ofWeights(words).equals(description.weightsDigest())) {
      throw new ModelRefused("the weights are not those that their owner announced");
    }
    PublicGraph graph = PublicGraph.unpack(description.graph());
    Map<String, Tensor> elements = new LinkedHashMap<>();
    int at = 0;
    for (TensorProto tensor : graph.secrets().values()) {
      elements.put(tensor.getName(), tensor(tensor, words.get(at++)));
    }
    return checked(description, translate(graph, description, elements));
  }

  private static Tensor tensor(TensorProto proto, long[] words) {
    double[] elements = new double[words.length];
    for (int i = 0; i < words.length; i++) {
      elements[i] = Double.longBitsToDouble(words[i]);
      if (!Double.isFinite(elements[i])) {
        throw new ModelRefused(
            "initialiser '" + proto.getName() + "' holds a number that is not finite");
      }
    }
    return new Tensor(PublicGraph.type(proto), PublicGraph.shape(proto), elements);
  }

  /** What the parties will compute; the same at all of them and at the owner. */
  public String planDigest() {
    return description.plan();
  }

  /** The format of an input. */
  public FixedPoint format(Program.Named input) {
    return SecretRun.format(ranges.orElseThrow(), input.value());
  }

  /** What an input may hold. */
  public double magnitudeMax(Program.Named input) {
    return ranges.orElseThrow().of(input.value()).magnitude();
  }

  /** The format of an output. */
  public FixedPoint outputFormat(Program.Named output) {
    return SecretRun.format(ranges.orElseThrow(), output.value());
  }

  /** What one answer costs. */
  public OnnxPlan plan() {
    return OnnxPlan.of(program, ranges.orElseThrow());
  }

  /** So many records are answered in the rounds of one; more take several passes. */
  public int recordsMax() {
    return Footprint.recordsMax(program);
  }

  /**
   * Answers one question or several. Rounds: those of the plan for each pass; bytes: those of the
   * plan for each record, or less.
   *
   * @param inputs in their order and formats; of each the records one below the other, flat or in
   *     shape
   * @param weights what {@link #shared} lists, in its order; none if they are public
   * @return the outputs in their order, of each the records one below the other
   */
  public List<SecretTensor> answer(
      Backend backend, List<SecretTensor> inputs, List<SecretTensor> weights) {
    List<SecretTensor> needed = program.weights().isEmpty() ? List.of() : weights;
    int records = inputs.getFirst().size() / program.inputs().getFirst().value().shape().size();
    return new RecordPasses(recordsMax())
        .run(
            backend,
            inputs,
            records,
            some ->
                new SecretRun(program, ranges.orElseThrow(), backend)
                    .run(some, needed, SecretRun.Observer.NONE));
  }

  // ---- the owner -------------------------------------------------------------------------------

  /**
   * A network with its secrets, at its owner.
   *
   * @param codes of what {@link SharedNetwork#shared} lists, in its order
   */
  public record Owned(SharedNetwork network, List<long[]> codes) {
    @Override
    public String toString() {
      return "Owned[***]";
    }
  }

  /**
   * Describes a calibrated model, and makes sure that a party makes the same program of the
   * description.
   *
   * @throws ModelRefused if it does not: a weight decides what is computed
   */
  public static Owned own(OnnxFile.Model given, CalibratedModel model) {
    Owned open = described(given, model);
    return open.codes().isEmpty() ? new Owned(open.network(), codes(model, open.network())) : open;
  }

  /**
   * What {@link #own} would describe, and refuses what that refuses, without the weights' codes.
   *
   * @throws ModelRefused as {@link #own} does
   */
  public static SharedNetwork describe(OnnxFile.Model given, CalibratedModel model) {
    return described(given, model).network();
  }

  /** With codes only if they are public. */
  private static Owned described(OnnxFile.Model given, CalibratedModel model) {
    OnnxFile.Model file = OnnxImport.normal(given, ModelLimits.DEFAULT);
    Set<String> published = PublicGraph.behind(file.proto(), model.program().published());
    PublicGraph graph = PublicGraph.of(file, published, ModelLimits.DEFAULT);
    boolean open = model.options().publicWeights();
    List<long[]> words = open ? words(file, graph) : List.of();
    String digest = open ? PlanDigest.ofWeights(words) : "";
    OnnxPlan plan = OnnxPlan.of(model.program(), model.ranges());
    NetworkDescription description =
        NetworkDescription.of(
            graph, model, PlanDigest.of(model.program(), model.ranges(), plan), digest);
    try {
      SharedNetwork party = SharedNetwork.of(description);
      return open ? new Owned(party.withWeights(words), words) : new Owned(party, List.of());
    } catch (ModelRefused e) {
      throw new ModelRefused(
          "what is computed depends on secret weights, so the parties cannot plan it (%s); make"
                  .formatted(e.getMessage())
              + " them constants of the graph, or import the model with public weights",
          e);
    }
  }

  private static List<long[]> words(OnnxFile.Model file, PublicGraph graph) {
    TensorReader reader = new TensorReader(file.directory(), ModelLimits.DEFAULT);
    Map<String, TensorProto> secrets = graph.secrets();
    List<long[]> words = new ArrayList<>();
    for (TensorProto tensor : file.proto().getGraph().getInitializerList()) {
      if (secrets.containsKey(tensor.getName())) {
        double[] elements =
            reader.read(tensor, "initialiser '" + tensor.getName() + "'").elements();
        long[] bits = new long[elements.length];
        for (int i = 0; i < bits.length; i++) {
          bits[i] = Double.doubleToLongBits(elements[i]);
        }
        words.add(bits);
      }
    }
    return words.isEmpty() ? List.of(new long[1]) : words;
  }

  private static List<long[]> codes(CalibratedModel model, SharedNetwork party) {
    List<Value> weights = model.program().weights();
    List<Shared> shared = party.shared();
    List<long[]> codes = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      codes.add(shared.get(i).format().encode(weights.get(i).known().elements()));
    }
    return codes.isEmpty() ? List.of(new long[1]) : codes;
  }

  @Override
  public String toString() {
    return "SharedNetwork[" + description.plan() + "]";
  }
}
