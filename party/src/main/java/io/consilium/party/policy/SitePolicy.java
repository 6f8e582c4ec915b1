package io.consilium.party.policy;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.config.StrictYaml;
import io.consilium.coordinator.identity.Principal;
import io.consilium.inference.AnswerRule;
import io.consilium.inference.onnx.OutputRule;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What {@code policy.yaml} says. What it does not allow is forbidden.
 *
 * @param submitters researchers who may submit jobs, or {@code "*"}
 * @param approval whether a person looks at each job that keeps the rules
 * @param models model types that may be trained
 * @param datasets data sets that may be used, or {@code "*"}
 * @param columns columns that may be read; any, if the key is absent
 * @param suites protocol suites that may run
 * @param minParties the fewest hospitals in a job, and the fewest that bring records
 * @param minRows the fewest records in each part of a job, of this site and, where this party
 *     computes, of every other: with few, an average is nearly a record
 * @param maxEpochs the most epochs
 * @param computeParties the parties that may hold shares of this site's records; any member of the
 *     consortium, if the key is absent
 * @param disclose who may learn each value; a value that is not listed may not be opened
 * @param serving whether models may answer questions, and whose
 * @param imports which networks may be brought from elsewhere; none, if the key is absent
 * @param weights how much training there must be before weights are opened
 * @param maxReleases the most jobs on nearly the same records; {@value #RELEASES_DEFAULT}, if the
 *     key is absent
 * @param maxSplits into how many different parts those jobs may divide them; {@value
 *     #SPLITS_DEFAULT}, if the key is absent
 * @param maxFailedJobs how often a researcher may fail here in an hour; {@value #FAILED_DEFAULT},
 *     if the key is absent
 */
public record SitePolicy(
    List<String> submitters,
    Approval approval,
    List<String> models,
    List<String> datasets,
    Optional<List<String>> columns,
    List<String> suites,
    int minParties,
    long minRows,
    int maxEpochs,
    Optional<List<String>> computeParties,
    Map<String, Recipients> disclose,
    Serving serving,
    Optional<Imports> imports,
    Optional<WeightsRule> weights,
    Optional<Integer> maxReleases,
    Optional<Integer> maxSplits,
    Optional<Integer> maxFailedJobs) {

  /** Enough to try a study out; each release tells something about the same patients. */
  static final int RELEASES_DEFAULT = 20;

  /** Two divisions of the same records differ in few, and so do the values that are opened. */
  static final int SPLITS_DEFAULT = 1;

  static final int FAILED_DEFAULT = 30;
  private static final int COUNT_MAX = 1_000;

  /** Allows everybody or everything of a kind. */
  public static final String ANY = "*";

  /** The most names in a list of the policy. */
  public static final int NAMES_MAX = 1_024;

  private static final Pattern VALUE = Pattern.compile("[a-z][A-Za-z0-9]{0,38}");

  /** Who decides about a job that keeps the rules. */
  public enum Approval {
    /** The rules alone. */
    @JsonProperty("auto")
    AUTO,
    /** A person at the site. */
    @JsonProperty("manual")
    MANUAL
  }

  /**
   * Answering questions.
   *
   * @param allowed whether at all
   * @param clients who may ask, or {@code "*"}
   * @param rowsPerDayPerClient how many questions each may ask in a day
   * @param warm names of models that are kept ready, if this party leads them; none, if the key is
   *     absent
   * @param outputs what answers of models that were trained here may tell; anything, if the key is
   *     absent. Those of imports are limited by {@link Imports#outputs}
   */
  public record Serving(
      boolean allowed,
      List<String> clients,
      int rowsPerDayPerClient,
      Optional<List<String>> warm,
      Optional<List<String>> outputs) {
    /** Refuses malformed names and quotas, and kinds of answers that do not exist. */
    public Serving {
      clients = names("clients", clients);
      outputs = outputs.map(List::copyOf);
      requireKnown(outputs.orElse(List.of()), AnswerRule.words());
      warm = warm.map(models -> names("warm", models));
      if (rowsPerDayPerClient < 0) {
        throw new IllegalArgumentException("has a negative rowsPerDayPerClient");
      }
    }

    /** The models to keep ready. */
    public Set<String> warmModels() {
      return allowed ? Set.copyOf(warm.orElse(List.of())) : Set.of();
    }

    /** Whether a model that was trained here may answer like this. */
    public boolean permits(AnswerRule answers) {
      return permitsOutput(answers.word());
    }

    boolean permitsOutput(String word) {
      return outputs.map(allowedWords -> allowedWords.contains(word)).orElse(true);
    }

    /** Whether this client may ask at all. */
    public boolean serves(String client) {
      return allowed && SitePolicy.permits(clients, client);
    }
  }

  /**
   * Networks that were trained elsewhere.
   *
   * @param owners parties that may bring them, or {@code "*"}
   * @param weights {@code shared}, {@code public} or both: whether the compute parties may see them
   * @param outputs what their answers may tell
   */
  public record Imports(List<String> owners, List<String> weights, List<String> outputs) {
    static final String SHARED = "shared";
    static final String PUBLIC = "public";

    /** Refuses words that do not exist. */
    public Imports {
      owners = names("owners", owners);
      weights = List.copyOf(weights);
      outputs = List.copyOf(outputs);
      for (String word : weights) {
        if (!word.equals(SHARED) && !word.equals(PUBLIC)) {
          throw new IllegalArgumentException(
              "has under weights something that is neither shared nor public");
        }
      }
      requireKnown(
          outputs, Arrays.stream(OutputRule.Kind.values()).map(OutputRule.Kind::word).toList());
    }
  }

  /** Refuses what cannot be meant. */
  public SitePolicy {
    submitters = names("submitters", submitters);
    models = List.copyOf(models);
    datasets = List.copyOf(datasets);
    columns = columns.map(List::copyOf);
    suites = List.copyOf(suites);
    computeParties = computeParties.map(names -> names("computeParties", names));
    disclose = Map.copyOf(disclose);
    if (minParties < 1) {
      throw new IllegalArgumentException("has minParties below 1");
    }
    if (minRows < 1) {
      throw new IllegalArgumentException("has minRows below 1");
    }
    if (maxEpochs < 1) {
      throw new IllegalArgumentException("has maxEpochs below 1");
    }
    requireCount("maxReleases", maxReleases);
    requireCount("maxSplits", maxSplits);
    requireCount("maxFailedJobs", maxFailedJobs);
    for (String value : disclose.keySet()) {
      if (!VALUE.matcher(value).matches()) {
        throw new IllegalArgumentException("has under disclose a key that names no value");
      }
    }
  }

  /** Reads the file. */
  public static SitePolicy load(Path file) throws ConfigException {
    return StrictYaml.read(file, SitePolicy.class);
  }

  /**
   * Accepts, refuses with every reason, or asks for a person's approval. No record is needed for
   * it.
   *
   * @param own what this site has declared about the data set of the job
   */
  public PolicyDecision decide(PlanSummary plan, OwnData own) {
    return decision(explain(plan, own));
  }

  /** The same about a network that is to be imported. */
  public PolicyDecision decide(ImportSummary plan) {
    return decision(explain(plan));
  }

  private PolicyDecision decision(List<RuleOutcome> outcomes) {
    List<String> reasons =
        outcomes.stream().filter(outcome -> !outcome.allowed()).map(RuleOutcome::sentence).toList();
    if (!reasons.isEmpty()) {
      return new PolicyDecision.Refuse(reasons);
    }
    return switch (approval) {
      case AUTO -> new PolicyDecision.Accept();
      case MANUAL -> new PolicyDecision.NeedsApproval();
    };
  }

  /** What each rule says about this job, one line per rule. */
  public List<RuleOutcome> explain(PlanSummary plan, OwnData own) {
    return new PolicyRules(this).explain(plan, own);
  }

  /** What each rule says about this import, one line per rule. */
  public List<RuleOutcome> explain(ImportSummary plan) {
    return new PolicyRules(this).explain(plan);
  }

  /** The most jobs on nearly the same records. */
  public int releasesMax() {
    return maxReleases.orElse(RELEASES_DEFAULT);
  }

  /** Into how many different parts those jobs may divide them. */
  public int splitsMax() {
    return maxSplits.orElse(SPLITS_DEFAULT);
  }

  /** How often a researcher may fail here in an hour. */
  public int failedJobsMax() {
    return maxFailedJobs.orElse(FAILED_DEFAULT);
  }

  private static void requireCount(String key, Optional<Integer> count) {
    if (count.isPresent() && (count.get() < 1 || count.get() > COUNT_MAX)) {
      throw new IllegalArgumentException("has a " + key + " that is not 1 to " + COUNT_MAX);
    }
  }

  /** Whether a list of the policy contains this word or the star. */
  static boolean permits(List<String> allowed, String word) {
    return allowed.contains(ANY) || allowed.contains(word);
  }

  private static void requireKnown(List<String> outputs, List<String> known) {
    if (!known.containsAll(outputs)) {
      throw new IllegalArgumentException(
          "has under outputs something else than " + String.join(", ", known));
    }
  }

  private static List<String> names(String key, List<String> names) {
    Set<String> distinct = new LinkedHashSet<>(names);
    if (distinct.size() > NAMES_MAX) {
      throw new IllegalArgumentException("has under " + key + " more than " + NAMES_MAX + " names");
    }
    for (String name : distinct) {
      if (!name.equals(ANY) && !Principal.isName(name)) {
        throw new IllegalArgumentException(
            "has under " + key + " something that is neither a name nor \"*\"");
      }
    }
    return List.copyOf(distinct);
  }
}
