package io.consilium.party.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.coordinator.config.ConfigException;
import io.consilium.datasets.split.PartSizes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SitePolicyTest {

  private static final String TEXT =
      """
      submitters: [anna, bert]
      approval: auto
      models: [logistic, softmax]
      datasets: [heart]
      columns: [age, sex, disease]
      suites: [rep3]
      minParties: 3
      minRows: 100
      maxEpochs: 50
      disclose:
        rowCounts: parties
        loss: researcher
        accuracy: [researcher, parties]
        weights: deny
      serving: {allowed: true, clients: [ward-7], rowsPerDayPerClient: 200}
      """;

  private static final List<String> PARTIES = List.of("hospital-a", "hospital-b", "hospital-c");

  @TempDir private Path directory;

  private SitePolicy policy(String text) throws Exception {
    Path file = directory.resolve("policy.yaml");
    Files.writeString(file, text);
    return SitePolicy.load(file);
  }

  /** A job that keeps every rule; each test changes one thing. */
  private static final class Job {
    String researcher = "anna";
    String model = "logistic";
    String dataset = "heart";
    List<String> columns = List.of("age", "disease");
    List<String> parties = PARTIES;
    int epochs = 50;
    String suite = "rep3";
    List<String> holders = PARTIES;
    OwnData own = declared(new PartSizes(300, 100), OptionalInt.of(3));
    List<DisclosureRequest> disclosures = new ArrayList<>();
    Optional<String> answers = Optional.of("probabilities");
    Optional<WeightsRelease> weights = Optional.empty();

    PlanSummary plan() {
      return new PlanSummary(
          researcher,
          model,
          dataset,
          columns,
          parties,
          PARTIES,
          holders,
          epochs,
          suite,
          disclosures,
          answers,
          weights);
    }
  }

  private static OwnData declared(PartSizes parts, OptionalInt folds) {
    return new OwnData.Declared(List.of(), Optional.of(parts), folds);
  }

  private void assertRefused(Job job, String... reasons) throws Exception {
    assertThat(policy(TEXT).decide(job.plan(), job.own))
        .isEqualTo(new PolicyDecision.Refuse(List.of(reasons)));
  }

  @Test
  void acceptsAJobThatKeepsEveryRule() throws Exception {
    Job job = new Job();
    job.disclosures.add(new DisclosureRequest("rowCounts", Recipient.PARTIES));
    job.disclosures.add(new DisclosureRequest("loss", Recipient.RESEARCHER));
    job.disclosures.add(new DisclosureRequest("accuracy", Recipient.PARTIES));

    assertThat(policy(TEXT).decide(job.plan(), job.own)).isEqualTo(new PolicyDecision.Accept());
    assertThat(policy(TEXT).explain(job.plan(), job.own))
        .hasSize(15)
        .allMatch(RuleOutcome::allowed)
        .extracting(RuleOutcome::sentence)
        .contains(
            "The researcher anna may submit jobs here.",
            "The job has 50 epochs; at most 50 are allowed.",
            "Opening loss to researcher is allowed.");
  }

  @Test
  void sharesGoToAcceptableComputePartiesOnly() throws Exception {
    Job job = new Job();

    assertThat(policy(TEXT + "computeParties: ['*']\n").decide(job.plan(), job.own))
        .isEqualTo(new PolicyDecision.Accept());
    assertThat(
            policy(TEXT + "computeParties: [" + String.join(", ", PARTIES) + "]\n")
                .decide(job.plan(), job.own))
        .isEqualTo(new PolicyDecision.Accept());
    assertThat(
            policy(TEXT + "computeParties: [" + PARTIES.getFirst() + "]\n")
                .decide(job.plan(), job.own))
        .isEqualTo(
            new PolicyDecision.Refuse(
                List.of(
                    "These parties may not hold shares: "
                        + String.join(", ", PARTIES.subList(1, PARTIES.size()))
                        + ".")));
  }

  // ---- imported networks -----------------------------------------------------------------------

  private static final String IMPORTS =
      TEXT + "imports: {owners: [hospital-a], weights: [shared], outputs: [class, topK]}\n";

  private static ImportSummary network(String owner, boolean open, String output) {
    List<DisclosureRequest> opened = new ArrayList<>();
    opened.add(new DisclosureRequest("prediction", Recipient.CLIENT));
    if (open) {
      opened.add(new DisclosureRequest("weights", Recipient.PARTIES));
    }
    return new ImportSummary(owner, open, output, PARTIES, PARTIES, "rep3", opened);
  }

  @Test
  void aPolicyThatDoesNotSpeakOfImportsAllowsNone() throws Exception {
    assertThat(policy(TEXT).decide(network("hospital-a", false, "class")))
        .isInstanceOfSatisfying(
            PolicyDecision.Refuse.class,
            refused -> assertThat(refused.reasons().getFirst()).contains("no key imports"));
  }

  @Test
  void importsAreLimitedToOwnersWeightsAndOutputs() throws Exception {
    SitePolicy policy =
        policy(IMPORTS.replace("weights: deny", "weights: deny\n  prediction: client"));

    assertThat(policy.decide(network("hospital-a", false, "class")))
        .isEqualTo(new PolicyDecision.Accept());
    assertThat(policy.decide(network("hospital-b", true, "logits")))
        .isEqualTo(
            new PolicyDecision.Refuse(
                List.of(
                    "The party hospital-b may not import models here.",
                    "An imported model may not have public weights; allowed: shared.",
                    "Answers of the kind logits may not be given; allowed: class, topK.",
                    "Opening weights to parties is not allowed; the policy allows nobody.")));
  }

  @Test
  void wordsThatDoNotExistAreRefusedInImports() {
    assertThatThrownBy(() -> policy(IMPORTS.replace("[shared]", "[secret]")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("neither shared nor public");
    assertThatThrownBy(() -> policy(IMPORTS.replace("[class, topK]", "[klass]")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("logits, probabilities, class, topK");
  }

  @Test
  void asksAPersonOnlyAboutJobsThatKeepTheRules() throws Exception {
    SitePolicy manual = policy(TEXT.replace("approval: auto", "approval: manual"));
    Job stranger = new Job();
    stranger.researcher = "carl";

    assertThat(manual.decide(new Job().plan(), new Job().own))
        .isEqualTo(new PolicyDecision.NeedsApproval());
    assertThat(manual.decide(stranger.plan(), stranger.own))
        .isInstanceOf(PolicyDecision.Refuse.class);
  }

  @Test
  void refusesAStranger() throws Exception {
    Job job = new Job();
    job.researcher = "carl";
    assertRefused(job, "The researcher carl may not submit jobs here.");
  }

  @Test
  void refusesAnotherModelSuiteOrDataset() throws Exception {
    Job job = new Job();
    job.model = "mlp";
    job.suite = "rep2";
    job.dataset = "lung";
    assertRefused(
        job,
        "The data set lung may not be used.",
        "Models of type mlp may not be trained; allowed: logistic, softmax.",
        "The protocol suite rep2 may not run; allowed: rep3.");
  }

  @Test
  void trainsNetworksOnlyWhereTheyAreListed() throws Exception {
    Job job = new Job();
    job.model = "network";

    assertRefused(job, "Models of type network may not be trained; allowed: logistic, softmax.");
    assertThat(
            policy(TEXT.replace("models: [logistic, softmax]", "models: [network]"))
                .decide(job.plan(), job.own))
        .isEqualTo(new PolicyDecision.Accept());
  }

  @Test
  void refusesColumnsThatAreNotListed() throws Exception {
    Job job = new Job();
    job.columns = List.of("age", "postcode", "name");
    assertRefused(job, "These columns may not be read: postcode, name.");
  }

  @Test
  void countsEachHospitalOnce() throws Exception {
    Job job = new Job();
    job.parties = List.of("hospital-a", "hospital-a", "hospital-b");
    assertRefused(job, "There are only 2 hospitals; at least 3 are needed.");
  }

  @Test
  void limitsRepetitionsAndFailuresAlsoIfItDoesNotSpeakOfThem() throws Exception {
    SitePolicy silent = policy(TEXT);
    SitePolicy own = policy(TEXT + "maxReleases: 7\nmaxSplits: 2\nmaxFailedJobs: 3\n");

    assertThat(List.of(silent.releasesMax(), silent.splitsMax(), silent.failedJobsMax()))
        .containsExactly(20, 1, 30);
    assertThat(List.of(own.releasesMax(), own.splitsMax(), own.failedJobsMax()))
        .containsExactly(7, 2, 3);
    assertThatThrownBy(() -> policy(TEXT + "maxReleases: 0\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("maxReleases that is not 1 to 1000");
  }

  /** A metric of the smallest part is opened like that of the largest. */
  @ParameterizedTest
  @CsvSource({"87, 100, ", "300, 1, ", "300, 99, ", "299, 100, 3", "1000, 100, 11"})
  void refusesTooFewRecordsInAPartWithoutSayingHowMany(int training, int validation, Integer folds)
      throws Exception {
    Job job = new Job();
    job.own =
        declared(
            new PartSizes(training, validation),
            folds == null ? OptionalInt.empty() : OptionalInt.of(folds));

    assertRefused(
        job,
        "This site has too few records in each part (training, validation, each fold); at least 100"
            + " are needed.");
  }

  @Test
  void aStudyWithoutValidationNeedsNoRecordsForIt() throws Exception {
    Job job = new Job();
    job.own = declared(new PartSizes(100, 0), OptionalInt.empty());

    assertThat(policy(TEXT).decide(job.plan(), job.own)).isEqualTo(new PolicyDecision.Accept());
  }

  @Test
  void countsThosePartiesThatBringRecords() throws Exception {
    Job job = new Job();
    job.holders = List.of("hospital-a", "hospital-a");

    assertRefused(job, "Data holders of the job: 1; at least 3 are needed.");
  }

  /** Which data sets a site has is its own affair. */
  @Test
  void answersAlikeAboutAnUnknownAndAForbiddenDataSet() throws Exception {
    Job forbidden = new Job();
    forbidden.dataset = "lung";
    forbidden.columns = List.of("postcode");
    forbidden.own =
        new OwnData.Declared(List.of("postcode"), Optional.empty(), OptionalInt.empty());
    Job unknown = new Job();
    unknown.dataset = "lung";
    unknown.columns = List.of("postcode");
    unknown.own = new OwnData.Unknown();

    assertThat(policy(TEXT).decide(forbidden.plan(), forbidden.own))
        .isEqualTo(policy(TEXT).decide(unknown.plan(), unknown.own))
        .isInstanceOf(PolicyDecision.Refuse.class);
    SitePolicy open = policy(TEXT.replace("datasets: [heart]", "datasets: ['*']"));
    assertThat(open.decide(unknown.plan(), unknown.own))
        .isEqualTo(policy(TEXT).decide(unknown.plan(), unknown.own));
  }

  @Test
  void refusesWhatTheSiteHasNotDeclared() throws Exception {
    Job columns = new Job();
    columns.own =
        new OwnData.Declared(
            List.of("age"), Optional.of(new PartSizes(300, 100)), OptionalInt.empty());
    assertRefused(
        columns,
        "These columns are not admitted as the schema has them (name, type, unit, range,"
            + " categories, missing values): age.");

    Job split = new Job();
    split.own = new OwnData.Declared(List.of(), Optional.empty(), OptionalInt.empty());
    assertRefused(split, "A division of the records by a column is not admitted.");
  }

  @Test
  void refusesTooManyEpochs() throws Exception {
    Job job = new Job();
    job.epochs = 51;
    assertRefused(job, "The job has 51 epochs; at most 50 are allowed.");
  }

  @Test
  void opensNoWeightsOfATrainingThatMayBeAStep() throws Exception {
    assertThat(weights(TEXT, new WeightsRelease(5, 16, 0.1))).isEmpty();
    for (WeightsRelease release :
        List.of(
            new WeightsRelease(1, 100_000, 16),
            new WeightsRelease(4, 16, 1),
            new WeightsRelease(50, 15, 1),
            new WeightsRelease(50, 16, 0.09))) {
      assertThat(weights(TEXT, release))
          .as(release.toString())
          .singleElement()
          .asString()
          .contains("Weights of fewer steps give away the gradients");
    }
    String own = TEXT + "weights: {minEpochs: 2, minBatchRows: 64}\n";
    assertThat(weights(own, new WeightsRelease(2, 64, 1))).isEmpty();
    assertThat(weights(own, new WeightsRelease(2, 63, 1))).hasSize(1);
    assertThatThrownBy(() -> policy(TEXT + "weights: {minEpochs: 1, minBatchRows: 64}\n"))
        .hasMessageContaining("minEpochs below 2");
  }

  private List<String> weights(String policy, WeightsRelease release) throws Exception {
    Job job = new Job();
    job.weights = Optional.of(release);
    return policy(policy).explain(job.plan(), job.own).stream()
        .filter(outcome -> outcome.rule().equals("weights") && !outcome.allowed())
        .map(RuleOutcome::sentence)
        .toList();
  }

  @Test
  void refusesWhatThePolicyDeniesOrDoesNotKnow() throws Exception {
    Job job = new Job();
    job.disclosures.add(new DisclosureRequest("weights", Recipient.PARTIES));
    job.disclosures.add(new DisclosureRequest("gradient", Recipient.PARTIES));
    job.disclosures.add(new DisclosureRequest("loss", Recipient.PARTIES));
    job.disclosures.add(new DisclosureRequest("rowCounts", Recipient.RESEARCHER));
    job.disclosures.add(new DisclosureRequest("accuracy", Recipient.CLIENT));
    assertRefused(
        job,
        "Opening weights to parties is not allowed; the policy allows nobody.",
        "Opening gradient to parties is not allowed: the policy does not list that value.",
        "Opening loss to parties is not allowed; the policy allows researcher.",
        "Opening rowCounts to researcher is not allowed; the policy allows parties.",
        "Opening accuracy to client is not allowed; the policy allows parties, researcher.");
  }

  @Test
  void refusesServingWhereItIsForbidden() throws Exception {
    SitePolicy policy = policy(TEXT.replace("allowed: true", "allowed: false"));
    Job silent = new Job();
    silent.answers = Optional.empty();

    assertThat(policy.decide(new Job().plan(), new Job().own))
        .isEqualTo(new PolicyDecision.Refuse(List.of("The model may not answer questions.")));
    assertThat(policy.decide(silent.plan(), silent.own)).isEqualTo(new PolicyDecision.Accept());
    assertThat(policy.serving().serves("ward-7")).isFalse();
  }

  @Test
  void refusesAnswersThatTellMoreThanItAllows() throws Exception {
    String text = TEXT.replace("Client: 200}", "Client: 200, outputs: [class, topK]}");
    Job brief = new Job();
    brief.answers = Optional.of("topK");

    assertThat(policy(text).decide(brief.plan(), brief.own)).isEqualTo(new PolicyDecision.Accept());
    assertThat(policy(text).decide(new Job().plan(), new Job().own))
        .isEqualTo(
            new PolicyDecision.Refuse(
                List.of(
                    "Answers of the kind probabilities may not be given by a model that is trained"
                        + " here; serving.outputs allows class, topK.")));
    assertThat(policy(text).explain(new Job().plan(), new Job().own))
        .extracting(RuleOutcome::rule)
        .contains("serving.outputs");
  }

  @Test
  void limitsTheAnswersOfImportsByTheirOwnKey() throws Exception {
    SitePolicy policy =
        policy(
            IMPORTS
                .replace("weights: deny", "weights: deny\n  prediction: client")
                .replace("Client: 200}", "Client: 200, outputs: [probabilities]}"));

    assertThat(policy.decide(network("hospital-a", false, "class")))
        .isEqualTo(new PolicyDecision.Accept());
  }

  @Test
  void asksNothingOfTheDataOfAPartyThatHasNone() throws Exception {
    Job job = new Job();
    job.own = new OwnData.None();
    job.dataset = "lung";
    job.columns = List.of("postcode");

    assertThat(policy(TEXT).decide(job.plan(), job.own)).isEqualTo(new PolicyDecision.Accept());
  }

  @Test
  void knowsWhichClientsItServes() throws Exception {
    assertThat(policy(TEXT).serving().serves("ward-7")).isTrue();
    assertThat(policy(TEXT).serving().serves("ward-8")).isFalse();
    assertThat(policy(TEXT.replace("[ward-7]", "['*']")).serving().serves("ward-8")).isTrue();
  }

  @Test
  void takesTheStarForEverybodyAndAnAbsentKeyForAnyColumn() throws Exception {
    Job job = new Job();
    job.researcher = "carl";
    job.columns = List.of("postcode");
    SitePolicy open =
        policy(TEXT.replace("[anna, bert]", "['*']").replace("columns: [age, sex, disease]\n", ""));

    assertThat(open.decide(job.plan(), job.own)).isEqualTo(new PolicyDecision.Accept());
  }

  @Test
  void showsForeignWordsOnOneLineOnly() throws Exception {
    Job job = new Job();
    job.model = "x\nINFO approved" + "y".repeat(500);

    PolicyDecision.Refuse refusal =
        (PolicyDecision.Refuse) policy(TEXT).decide(job.plan(), job.own);

    assertThat(refusal.reasons().getFirst()).doesNotContain("\n").hasSizeLessThan(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          approval: auto        | approval: automatic   | auto, manual
          minParties: 3         | minParties: three     | a whole number
          minParties: 3         | minParties: 0         | minParties below 1
          maxEpochs: 50         | maxEpoch: 50          | maxEpochs
          minRows: 100          | minRows: -1           | minRows below 1
          loss: researcher      | loss: everybody       | deny or some of parties, researcher, client
          loss: researcher      | loss: []              | write deny for nobody
          weights: deny         | weights: [deny, parties] | deny or some of
          rowCounts: parties    | 'row counts': parties | names no value
          submitters: [anna, bert] | submitters: ['Anna B'] | neither a name nor
          allowed: true         | allowed: maybe        | true or false
          rowsPerDayPerClient: 200 | rowsPerDayPerClient: -2 | negative rowsPerDayPerClient
          suites: [rep3]        | '# no suites'         | suites
          rowsPerDayPerClient: 200 | 'rowsPerDayPerClient: 200, outputs: [klass]' | has under outputs something else than logits, probabilities, class, topK, value
          """)
  void explainsWhatIsWrongInTheFile(String good, String bad, String message) {
    assertThat(TEXT).contains(good);
    assertThatThrownBy(() -> policy(TEXT.replace(good, bad)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("policy.yaml")
        .hasMessageContaining(message);
  }
}
