package io.consilium.party.plan;

import io.consilium.datasets.encoding.FeatureLayout;
import io.consilium.datasets.schema.Column;
import io.consilium.datasets.schema.ColumnType;
import io.consilium.datasets.split.PartSizes;
import io.consilium.inference.AnswerRule;
import io.consilium.inference.onnx.OutputRule;
import io.consilium.party.manifest.Disclosed;
import io.consilium.party.manifest.Manifest;
import io.consilium.party.policy.DisclosureRequest;
import io.consilium.party.policy.OwnData;
import io.consilium.party.policy.PlanSummary;
import io.consilium.party.policy.PolicyDecision;
import io.consilium.party.policy.Recipient;
import io.consilium.party.policy.SitePolicy;
import io.consilium.protocols.Disclosure;
import io.consilium.training.ReleasedValue;
import io.consilium.training.spec.ProgramSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * A compiled job: what this party would run, and everything that would be opened.
 *
 * @param digest SHA-256 of all of it, hexadecimal, equal at every party; row counts are not part of
 *     it, since they are known to nobody yet
 */
public record JobPlan(
    Manifest manifest,
    ProgramSpec program,
    FeatureLayout layout,
    PlanSummary summary,
    String digest)
    implements Plan {
  @Override
  public String name() {
    return manifest.name();
  }

  @Override
  public List<String> parties() {
    return manifest.parties();
  }

  @Override
  public List<String> computeParties() {
    return manifest.computeParties();
  }

  @Override
  public List<String> dataHolders() {
    return manifest.dataHolders();
  }

  @Override
  public String purpose() {
    return manifest.purpose();
  }

  @Override
  public OwnData own(SiteDeclarations site) {
    return site.of(manifest, folds());
  }

  @Override
  public PolicyDecision decide(SitePolicy policy, OwnData own) {
    return policy.decide(summary, own);
  }

  /** Of a cross-validation, each of which has metrics of its own. */
  public OptionalInt folds() {
    return program
        .control()
        .crossValidation()
        .map(folds -> OptionalInt.of(folds.folds()))
        .orElseGet(OptionalInt::empty);
  }

  /**
   * The rights that one attempt has.
   *
   * @param elements how many ring elements the program opens of each value
   * @param listener told about every opening before its value is used
   */
  public DisclosureBook rights(Map<String, Long> elements, Disclosure.Listener listener) {
    return new DisclosureBook(manifest.disclosures(), elements, listener);
  }

  /** The values of the list that training opens. */
  public List<ReleasedValue> released() {
    return PlanCompiler.released(manifest);
  }

  @Override
  public List<String> facts(OwnData own) {
    List<String> facts = new ArrayList<>();
    facts.add(
        "It trains a "
            + summary.modelType()
            + " model in "
            + summary.epochs()
            + " epochs on the data set '"
            + summary.dataset()
            + "' of "
            + String.join(", ", manifest.dataHolders())
            + ".");
    facts.add("It reads the columns " + String.join(", ", summary.columns()) + ".");
    facts.add(
        "The shares are held by "
            + String.join(", ", manifest.computeParties())
            + " (suite "
            + summary.suite()
            + "): none of them alone can read anything, any two together everything.");
    facts.add("Its split: " + manifest.split().describe() + ".");
    if (own instanceof OwnData.Declared declared) {
      declared.parts().ifPresent(parts -> facts.add(ofParts(parts)));
    }
    for (DisclosureRequest request : manifest.disclosures()) {
      facts.add("It opens " + request.value() + " to " + request.to().label() + ".");
      if (request.value().equals(Disclosed.WEIGHTS) && request.to() == Recipient.RESEARCHER) {
        facts.add(
            "The weights are the model itself: the researcher can use it anywhere, and the three"
                + " compute parties see it, too.");
      }
    }
    facts.addAll(ofControl());
    if (manifest.serving().allowed()) {
      facts.add("The model may answer questions of clients that each site's policy admits.");
      facts.add("An answer tells the client " + told() + ", and nobody else anything.");
    } else {
      facts.add("The model does not answer questions.");
    }
    return facts;
  }

  /** How the records are divided, folds included; equal words mean that it is the same way. */
  public String division() {
    StringBuilder words = new StringBuilder(manifest.split().describe());
    // A stratified division follows the classes of the label in their order.
    Column label = manifest.schema().label();
    words.append(" by ").append(label.name());
    if (label.type() instanceof ColumnType.Category type) {
      words.append(type.categories());
    }
    manifest.schema().split().ifPresent(column -> words.append(": ").append(column.name()));
    if (folds().isPresent()) {
      words.append("; ").append(folds().getAsInt()).append(" folds by the seed ");
      words.append(program.training().seed());
    }
    return words.toString();
  }

  private String ofParts(PartSizes parts) {
    return "This site would share at least %d records for training%s and %d for validation."
        .formatted(
            parts.training(),
            folds().isPresent()
                ? " (at least " + parts.smallestFold(folds().getAsInt()) + " in each fold)"
                : "",
            parts.validation());
  }

  private String told() {
    return switch (manifest.serving().answers()) {
      case AnswerRule.Value _ -> "the predicted number";
      case AnswerRule.Classes(OutputRule rule) -> told(rule);
    };
  }

  private static String told(OutputRule rule) {
    return switch (rule.kind()) {
      case LOGITS -> "the logits of all classes";
      case PROBABILITIES -> "the probabilities of all classes";
      case CLASS -> "the class and nothing more";
      case TOP_K -> "the %d likeliest classes in order".formatted(rule.count());
    };
  }

  private List<String> ofControl() {
    List<String> facts = new ArrayList<>();
    program
        .control()
        .earlyStopping()
        .ifPresent(stopping ->
            facts.add(
                "It opens "
                    + stopping.metric().word()
                    + " after every epoch and may stop early; after which epoch is public."));
    program
        .control()
        .crossValidation()
        .ifPresent(folds ->
            facts.add(
                "It first trains "
                    + folds.folds()
                    + " models more, each without a fold of the records, and opens the metrics of"
                    + " each."));
    return facts;
  }

  @Override
  public Map<String, String> auditDetail() {
    Map<String, String> detail = new TreeMap<>();
    detail.put("model", manifest.name());
    detail.put("plan", digest);
    summary.answers().ifPresent(answers -> detail.put("output", answers));
    detail.put("parties", String.join(" ", manifest.parties()));
    detail.put(
        "disclosures",
        String.join(
            " ",
            manifest.disclosures().stream()
                .map(request -> request.value() + ">" + request.to().label())
                .toList()));
    return detail;
  }
}
