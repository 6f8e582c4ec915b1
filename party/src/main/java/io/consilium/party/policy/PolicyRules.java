package io.consilium.party.policy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;

/** The rules one by one, each with a sentence for people. */
final class PolicyRules {

  private static final int WORD_LENGTH_MAX = 80;

  private final SitePolicy policy;
  private final List<RuleOutcome> outcomes = new ArrayList<>();

  PolicyRules(SitePolicy policy) {
    this.policy = policy;
  }

  List<RuleOutcome> explain(PlanSummary plan, OwnData own) {
    people(plan);
    computeParties(plan.computeParties());
    switch (own) {
      case OwnData.None _ -> {}
      case OwnData.Unknown _ -> dataset(plan, false);
      case OwnData.Declared declared -> {
        boolean usable = SitePolicy.permits(policy.datasets(), plan.dataset());
        dataset(plan, usable);
        if (usable) {
          declaration(declared);
        }
      }
    }
    training(plan);
    for (DisclosureRequest request : new LinkedHashSet<>(plan.disclosures())) {
      disclosure(request);
    }
    if (plan.weights().isPresent()) {
      weights(plan.weights().get());
    }
    if (plan.answers().isPresent()) {
      serving();
      answers(plan.answers().get());
    }
    return List.copyOf(outcomes);
  }

  List<RuleOutcome> explain(ImportSummary plan) {
    if (policy.imports().isEmpty()) {
      refused("imports", "Imported models are not allowed: the policy has no key imports.");
    } else {
      imports(policy.imports().get(), plan);
    }
    parties(plan.parties());
    computeParties(plan.computeParties());
    suite(plan.suite());
    for (DisclosureRequest request : new LinkedHashSet<>(plan.disclosures())) {
      disclosure(request);
    }
    serving();
    return List.copyOf(outcomes);
  }

  private void imports(SitePolicy.Imports imports, ImportSummary plan) {
    String who = "The party " + shown(plan.owner());
    rule(
        "imports.owners",
        SitePolicy.permits(imports.owners(), plan.owner()),
        who + " may import models here.",
        who + " may not import models here.");
    String weights = "An imported model may have " + plan.weights() + " weights";
    rule(
        "imports.weights",
        imports.weights().contains(plan.weights()),
        weights + ".",
        "An imported model may not have "
            + plan.weights()
            + " weights; allowed: "
            + String.join(", ", imports.weights())
            + ".");
    String output = "Answers of the kind " + shown(plan.output());
    rule(
        "imports.outputs",
        imports.outputs().contains(plan.output()),
        output + " may be given.",
        output + " may not be given; allowed: " + String.join(", ", imports.outputs()) + ".");
  }

  private void people(PlanSummary plan) {
    boolean known = SitePolicy.permits(policy.submitters(), plan.researcher());
    String who = "The researcher " + shown(plan.researcher());
    rule("submitters", known, who + " may submit jobs here.", who + " may not submit jobs here.");
    parties(plan.parties());
    holders(plan.dataHolders());
  }

  /** What is opened is about the records of those that bring some, whoever else takes part. */
  private void holders(List<String> names) {
    int holders = new LinkedHashSet<>(names).size();
    String sentence =
        "Data holders of the job: %d; at least %d are needed."
            .formatted(holders, policy.minParties());
    rule("minParties", holders >= policy.minParties(), sentence, sentence);
  }

  private void parties(List<String> names) {
    int parties = new LinkedHashSet<>(names).size();
    rule(
        "minParties",
        parties >= policy.minParties(),
        "There are " + parties + " hospitals; at least " + policy.minParties() + " are needed.",
        "There are only "
            + parties
            + " hospitals; at least "
            + policy.minParties()
            + " are needed.");
  }

  private void computeParties(List<String> names) {
    if (policy.computeParties().isEmpty()) {
      return;
    }
    List<String> allowed = policy.computeParties().get();
    List<String> others =
        names.stream()
            .filter(name -> !SitePolicy.permits(allowed, name))
            .map(PolicyRules::shown)
            .toList();
    rule(
        "computeParties",
        others.isEmpty(),
        "The three compute parties may hold shares.",
        "These parties may not hold shares: " + String.join(", ", others) + ".");
  }

  /**
   * A data set that is not here and one that is not for this use are answered alike: the names of a
   * site's data sets are its own.
   */
  private void dataset(PlanSummary plan, boolean usable) {
    String dataset = "The data set " + shown(plan.dataset());
    rule("datasets", usable, dataset + " may be used.", dataset + " may not be used.");
    List<String> forbidden =
        policy
            .columns()
            .map(allowed ->
                plan.columns().stream()
                    .filter(column -> !SitePolicy.permits(allowed, column))
                    .toList())
            .orElse(List.of());
    rule(
        "columns",
        forbidden.isEmpty(),
        "All columns may be read.",
        "These columns may not be read: " + listed(forbidden) + ".");
  }

  /** What the site has declared about the data set. Only the study's own words are repeated. */
  private void declaration(OwnData.Declared declared) {
    rule(
        "admits",
        declared.refusedColumns().isEmpty(),
        "All columns are admitted as the schema has them.",
        "These columns are not admitted as the schema has them (name, type, unit, range,"
            + " categories, missing values): "
            + listed(declared.refusedColumns())
            + ".");
    if (declared.parts().isEmpty()) {
      refused("admits", "A division of the records by a column is not admitted.");
      return;
    }
    RowBounds bounds = new RowBounds(policy.minRows(), declared.folds());
    String sentence =
        " records in each part (training, validation, each fold); at least "
            + policy.minRows()
            + " are needed.";
    rule(
        "minRows",
        bounds.admits(declared.parts().get()),
        // No number is repeated: the refusal goes to the researcher.
        "This site has enough" + sentence,
        "This site has too few" + sentence);
  }

  private void training(PlanSummary plan) {
    String model = "Models of type " + shown(plan.modelType());
    rule(
        "models",
        policy.models().contains(plan.modelType()),
        model + " may be trained.",
        model + " may not be trained; allowed: " + String.join(", ", policy.models()) + ".");
    suite(plan.suite());
    String epochs = "The job has " + plan.epochs() + " epochs; at most " + policy.maxEpochs();
    rule(
        "maxEpochs",
        plan.epochs() <= policy.maxEpochs(),
        epochs + " are allowed.",
        epochs + " are allowed.");
  }

  private void suite(String word) {
    String suite = "The protocol suite " + shown(word);
    rule(
        "suites",
        policy.suites().contains(word),
        suite + " may run.",
        suite + " may not run; allowed: " + String.join(", ", policy.suites()) + ".");
  }

  private void disclosure(DisclosureRequest request) {
    String what = shown(request.value()) + " to " + request.to().label();
    Recipients recipients = policy.disclose().get(request.value());
    if (recipients == null) {
      refused(
          "disclose", "Opening " + what + " is not allowed: the policy does not list that value.");
      return;
    }
    rule(
        "disclose",
        recipients.allowed().contains(request.to()),
        "Opening " + what + " is allowed.",
        "Opening " + what + " is not allowed; the policy allows " + recipients + ".");
  }

  private void weights(WeightsRelease release) {
    WeightsRule rule = policy.weights().orElse(WeightsRule.STANDARD);
    String sentence = rule.sentence(release);
    rule("weights", rule.allows(release), sentence, sentence);
  }

  private void serving() {
    rule(
        "serving",
        policy.serving().allowed(),
        "The model may answer questions.",
        "The model may not answer questions.");
  }

  private void answers(String word) {
    String answers = "Answers of the kind " + shown(word);
    rule(
        "serving.outputs",
        policy.serving().permitsOutput(word),
        answers + " may be given.",
        answers
            + " may not be given by a model that is trained here; serving.outputs allows "
            + String.join(", ", policy.serving().outputs().orElse(List.of()))
            + ".");
  }

  private void rule(String rule, boolean allowed, String yes, String no) {
    outcomes.add(new RuleOutcome(rule, allowed, allowed ? yes : no));
  }

  private void refused(String rule, String sentence) {
    outcomes.add(new RuleOutcome(rule, false, sentence));
  }

  private static String listed(List<String> words) {
    return words.stream().map(PolicyRules::shown).collect(Collectors.joining(", "));
  }

  /** Others wrote these words. */
  private static String shown(String word) {
    String head = word.length() > WORD_LENGTH_MAX ? word.substring(0, WORD_LENGTH_MAX) : word;
    return head.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
