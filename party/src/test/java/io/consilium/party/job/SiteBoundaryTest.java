package io.consilium.party.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.contract.FailureKind;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.coordinator.contract.VerdictDocument;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.datasets.schema.AdmittedColumns;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.party.Studies;
import io.consilium.party.dataplane.AttemptId;
import io.consilium.party.manifest.Manifest;
import io.consilium.party.plan.JobPlan;
import io.consilium.party.plan.PlanCompiler;
import io.consilium.protocols.rep3.HolderShares;
import io.consilium.protocols.transport.SessionId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What leaves a hospital holds nothing of its records, whoever asks and however often. */
final class SiteBoundaryTest {
  private static final int PROPOSALS = 1_000;

  /** A researcher who is not limited could do no more harm; the limit has a test of its own. */
  private static final String UNLIMITED = "maxFailedJobs: 1000\nmaxReleases: 1000\n";

  @TempDir Path directory;

  private static ObjectNode manifest() {
    return Studies.logistic("model", LoneSite.PARTIES, LoneSite.COMPUTE_PARTIES);
  }

  private static String admits(int records) throws Exception {
    return "admits: {records: "
        + records
        + ", columns: "
        + AdmittedColumns.forStudy(StudySchema.parse(manifest().path("schema")))
        + "}\n";
  }

  private static String datasets(String path, String query, int records) throws Exception {
    return """
    datasets:
      study:
        source: {type: csv, path: %s}
        query: %s
        %s
    """
        .formatted(path, query, admits(records));
  }

  private static final String QUERY = "SELECT dose, level, kind, outcome FROM source";

  // ---- canaries --------------------------------------------------------------------------------

  /**
   * A patient's name, values, a path and the names of data sets. None of them can stand in a hash
   * or in base64 by chance.
   */
  private static final List<String> CANARIES =
      List.of("Zebrowski", "Quillfeather", "7731.4242", "4711.0815", "oncology-ward", "hiv-cohort");

  /** Ways in which a site's data are not as they should be, with canaries in them. */
  private static List<String> brokenRecords() {
    String head = Studies.HEADER + "\n";
    String good = Studies.csv(60, 1);
    return List.of(
        // Without a header, the first patient is taken for one.
        good.replace(head, "Zebrowski,Quillfeather,7731.4242,plain,yes,4711.0815\n"),
        good.replace(head, "Zebrowski,Quillfeather,kind,outcome,grade,score\n"),
        good + "1.5,7731.4242,plain,yes,mid,0.5\n",
        good + "1.5,20,Quillfeather,yes,mid,0.5\n",
        good + "Zebrowski,20,plain,yes,mid,0.5\n",
        good + "1.5,20,plain,Zebrowski,mid,0.5\n",
        good + "1.5,4711.0815,\"Zebrowski\n",
        good + "1.5,4711.0815\n",
        "",
        head,
        Studies.csv(7, 1) + "1.5,20,plain,Zebrowski,mid,0.5\n",
        Studies.csv(7, 1));
  }

  @Test
  void nothingOfHeadersValuesPathsAndNamesLeaves() throws Exception {
    StringBuilder left = new StringBuilder();
    int site = 0;
    for (String records : brokenRecords()) {
      for (String query : List.of(QUERY, "SELECT * FROM source")) {
        Path home = directory.resolve("site-" + site++);
        String datasets =
            datasets("oncology-ward-4711.0815.csv", query, 40)
                + "  hiv-cohort: {source: {type: csv, path: Zebrowski.csv}}\n";
        try (LoneSite hospital = new LoneSite(home, datasets, "auto", UNLIMITED)) {
          Path file = home.resolve("oncology-ward-4711.0815.csv");
          Files.writeString(file, records);
          LoneSite.Answered refused = hospital.propose(manifest());
          assertUnusable(refused);
          left.append(hospital.left());
        }
      }
    }
    left.append(whatLeavesAnAttempt());

    for (String canary : CANARIES) {
      assertThat(left.toString().toLowerCase(Locale.ROOT))
          .doesNotContain(canary.toLowerCase(Locale.ROOT));
    }
    // A part of the value, with nothing of a hash around it.
    assertThat(left).doesNotContainPattern("(?<![0-9A-Za-z+/])4711(?![0-9A-Za-z+/=])");
    // The search would find what is there.
    assertThat(left).contains("This site's data cannot be used").contains("hospital-a");
  }

  private static void assertUnusable(LoneSite.Answered answered) {
    assertThat(answered.verdict())
        .isInstanceOfSatisfying(
            VerdictDocument.Refused.class,
            refused -> {
              assertThat(refused.kind()).isEqualTo(FailureKind.BAD_DATA);
              assertThat(withoutReference(refused.reason()))
                  .isEqualTo(
                      "This site's data cannot be used for this job. The site's administrator finds"
                          + " the reason with 'consilium party check' and in the log, under the"
                          + " reference *.");
            });
  }

  /** Names that nearly hit, a file that goes away, records that change, and a statement. */
  private String whatLeavesAnAttempt() throws Exception {
    Path home = directory.resolve("attempts");
    String datasets =
        datasets("oncology-ward-4711.0815.csv", QUERY, 40)
            + "  hiv-cohort: {source: {type: csv, path: Zebrowski.csv}}\n";
    try (LoneSite hospital = new LoneSite(home, datasets, "auto", UNLIMITED)) {
      Path file = home.resolve("oncology-ward-4711.0815.csv");
      assertUnusable(hospital.propose(manifest()));
      for (String near : List.of("hiv-cohor", "hiv_cohort", "stud")) {
        ObjectNode guess = manifest();
        guess.put("dataset", near);
        assertThat(hospital.propose(guess).reason())
            .isEqualTo("The data set " + near + " may not be used.");
      }
      Files.writeString(file, Studies.csv(60, 1));
      LoneSite.Answered accepted = hospital.propose(manifest());
      assertThat(accepted.accepted()).isTrue();
      for (String changed : brokenRecords()) {
        LoneSite.Answered later = hospital.propose(manifest());
        Files.writeString(file, changed);
        ReportDocument.Failed failed = hospital.start(later);
        assertThat(failed.kind()).isEqualTo(FailureKind.BAD_DATA);
        assertThat(failed.reason()).startsWith("This site's data cannot be used for this job.");
        Files.writeString(file, Studies.csv(60, 1));
      }
      // Good records meet no other party; what would be signed for them are shapes.
      hospital.share(accepted);
      return hospital.left() + statement(hospital, accepted);
    }
  }

  private static String statement(LoneSite hospital, LoneSite.Answered job) throws Exception {
    JobPlan plan =
        PlanCompiler.compile(Json.bytes(manifest()), new Principal(Role.RESEARCHER, "anna"));
    Manifest manifest = plan.manifest();
    SiteRecords records =
        SiteRecords.read(
            hospital.site().datasets().orElseThrow().dataset("study"), manifest, "hospital-a");
    SharedTensors tensors =
        SharedTensors.of(
            new AttemptId(job.id(), 1, new SessionId(1, 2), "ab".repeat(32), plan.digest()),
            plan,
            "hospital-a");
    StringBuilder text = new StringBuilder(records.rows().toString());
    for (SharedBlock block : SharedBlock.of(tensors.site(), records.rows(), tensors.blockRows())) {
      for (HolderShares shares :
          tensors.share(block, records.encode(block), hospital.site().random())) {
        text.append(shares.description());
      }
    }
    return text.toString();
  }

  // ---- the oracle ------------------------------------------------------------------------------

  private static String withoutReference(String reason) {
    return reason.replaceAll("reference [0-9a-f]{12}\\.", "reference *.");
  }

  /** Everything that a researcher is told, question by question. */
  private List<String> transcript(String name, String records, String policy, int proposals)
      throws Exception {
    Path home = directory.resolve(name);
    List<String> told = new ArrayList<>();
    try (LoneSite hospital =
        new LoneSite(home, datasets("records.csv", QUERY, 40), "auto", policy)) {
      Files.writeString(home.resolve("records.csv"), records);
      AdaptiveResearcher researcher = new AdaptiveResearcher();
      for (int i = 0; i < proposals; i++) {
        LoneSite.Answered answer = hospital.propose(researcher.next());
        String text =
            withoutReference(new String(Json.bytes(answer.verdict()), StandardCharsets.UTF_8));
        told.add(text);
        researcher.hear(answer.accepted());
        if (answer.accepted()) {
          hospital.cancel(answer);
        }
      }
    }
    return told;
  }

  /**
   * Bisects whatever a proposal lets a researcher choose: bounds of each column on either side,
   * whole numbers or not, missing values or not, categories, the split, folds and names. The next
   * question depends on the last answer, so that the first difference would carry on.
   */
  private static final class AdaptiveResearcher {
    private final Random random = new Random(1);
    private double low;
    private double high;
    private double middle;
    private int kind = -1;

    ObjectNode next() {
      if (kind < 0 || high - low < 1e-3) {
        kind = random.nextInt(9);
        low = kind < 4 ? List.of(-10.0, -10.0, 0.0, 0.0).get(kind) : 0;
        high = kind < 4 ? List.of(10.0, 10.0, 5000.0, 5000.0).get(kind) : 1;
      }
      middle = (low + high) / 2;
      ObjectNode manifest = manifest();
      ArrayNode columns = (ArrayNode) manifest.at("/schema/columns");
      ObjectNode dose = (ObjectNode) columns.get(0);
      ObjectNode level = (ObjectNode) columns.get(1);
      switch (kind) {
        case 0 -> dose.put("max", middle + 1e-6);
        case 1 -> dose.put("min", middle - 1e-6);
        case 2 -> level.put("max", middle + 1e-6);
        case 3 -> level.put("min", middle - 1e-6);
        case 4 -> manifest.withObject("split").put("train", 0.001 + 0.998 * middle);
        case 5 ->
            manifest
                .withObject("training")
                .withObject("crossValidation")
                .put("folds", 2 + (int) (18 * middle));
        case 6 -> (middle < 0.5 ? dose : level).put("missing", middle < 0.7 ? "reject" : "mean");
        case 7 -> (middle < 0.5 ? dose : level).put("type", "integer");
        default -> {
          ArrayNode words = ((ObjectNode) columns.get(2)).putArray("categories");
          List<String> all = List.of("odd", "mixed", "plain", "other");
          all.subList(0, 2 + (int) (3 * middle)).forEach(words::add);
        }
      }
      return manifest;
    }

    void hear(boolean accepted) {
      if (accepted) {
        high = middle;
      } else {
        low = middle;
      }
    }
  }

  /** One record differs in everything that it has. */
  private static String withAnother(String records, int line, String record) {
    List<String> lines = new ArrayList<>(records.lines().toList());
    lines.set(line, record);
    return String.join("\n", lines) + "\n";
  }

  @Test
  void aThousandAdaptiveProposalsTellNothingAboutAnyRecord() throws Exception {
    String records = Studies.csv(60, 5);

    List<String> told = transcript("one", records, UNLIMITED, PROPOSALS);
    List<String> ofAnother =
        transcript(
            "other",
            withAnother(records, 17, "-9.999,4999.5,odd,yes,high,9.5"),
            UNLIMITED,
            PROPOSALS);

    assertThat(ofAnother).isEqualTo(told);
    assertThat(told.stream().distinct().count()).isGreaterThan(5);
    assertThat(told).anyMatch(answer -> answer.contains("accepted"));
  }

  @Test
  void recordsThatAreNotAsDeclaredAreAllAlike() throws Exception {
    String records = Studies.csv(60, 5);

    List<String> told =
        transcript("one", withAnother(records, 17, "1,2,unknown,yes,mid,1"), UNLIMITED, 100);

    assertThat(transcript("other", withAnother(records, 3, "11,,odd,,mid,1"), UNLIMITED, 100))
        .isEqualTo(told);
    assertThat(transcript("few", Studies.csv(39, 5), UNLIMITED, 100)).isEqualTo(told);
    assertThat(told).noneMatch(answer -> answer.contains("accepted"));
  }

  @Test
  void aResearcherWhoFailsOftenIsNotLookedAtForAWhile() throws Exception {
    List<String> told = transcript("limited", Studies.csv(7, 5), "maxFailedJobs: 10\n", 30);

    assertThat(told.subList(0, 10)).noneMatch(answer -> answer.contains("Too many jobs of this"));
    assertThat(told.subList(10, 30)).allMatch(answer -> answer.contains("Too many jobs of this"));
  }

  @Test
  void aStrangerLearnsTheRuleAndNothingElse() throws Exception {
    String gone = datasets("gone.csv", QUERY, 40);
    try (LoneSite hospital = new LoneSite(directory.resolve("strange"), gone, "auto", "")) {
      assertThat(hospital.propose(manifest(), "mallory").reason())
          .isEqualTo("The researcher mallory may not submit jobs here.");
    }
  }

  @Test
  void theOfficerIsAskedBeforeARecordIsRead() throws Exception {
    String gone = datasets("gone.csv", QUERY, 40);
    try (LoneSite hospital = new LoneSite(directory.resolve("asked"), gone, "manual", "")) {
      LoneSite.Answered pending = hospital.propose(manifest());

      assertThat(pending.verdict()).isInstanceOf(VerdictDocument.Pending.class);
      assertUnusable(hospital.approve(pending));
    }
  }

  // ---- the limits of what is opened ------------------------------------------------------------

  @Test
  void recordsThatWereEnoughAndAreNotAnyMoreAreNotShared() throws Exception {
    Path home = directory.resolve("fewer");
    String datasets = datasets("records.csv", QUERY, 40);
    try (LoneSite hospital = new LoneSite(home, datasets, "auto", "")) {
      Files.writeString(home.resolve("records.csv"), Studies.csv(300, 1));
      LoneSite.Answered accepted = hospital.propose(manifest());
      assertThat(accepted.accepted()).isTrue();
      Files.writeString(home.resolve("records.csv"), Studies.csv(3, 1));

      ReportDocument.Failed failed = hospital.start(accepted);

      assertThat(failed.phase()).isEqualTo("reading records");
      assertThat(failed.reason()).startsWith("This site's data cannot be used for this job.");
      assertThat(hospital.left()).doesNotContain("records.released");
    }
  }

  @Test
  void splitsAndFoldsThatLeaveFewRecordsAreRefusedWithoutReading() throws Exception {
    String gone = datasets("gone.csv", QUERY, 40);
    try (LoneSite hospital = new LoneSite(directory.resolve("split"), gone, "auto", "")) {
      ObjectNode one = manifest();
      one.withObject("split").put("train", 0.9967);
      ObjectNode folds = manifest();
      folds.withObject("training").withObject("crossValidation").put("folds", 10);

      for (ObjectNode manifest : List.of(one, folds)) {
        assertThat(hospital.propose(manifest).reason())
            .isEqualTo(
                "This site has too few records in each part (training, validation, each fold); at"
                    + " least 5 are needed.");
      }
      assertThat(hospital.propose(Studies.holders(manifest(), "hospital-a")).reason())
          .isEqualTo("Data holders of the job: 1; at least 3 are needed.");
    }
  }

  @Test
  void repeatedJobsOnNearlyTheSameRecordsAreLimitedAlsoAfterARestart() throws Exception {
    Path home = directory.resolve("repeated");
    String datasets = datasets("records.csv", QUERY, 40);
    Files.createDirectories(home);
    Files.writeString(home.resolve("records.csv"), Studies.csv(60, 1));
    try (LoneSite hospital = new LoneSite(home, datasets, "auto", "maxReleases: 2\n")) {
      hospital.share(hospital.propose(manifest()));
      ObjectNode other = manifest();
      other.withObject("split").put("seed", 8);
      assertThat(hospital.propose(other).reason()).contains("maxReleases, maxSplits");
      // One record more: nearly the same ones.
      Files.writeString(home.resolve("records.csv"), Studies.csv(61, 1));
      LoneSite.Answered second = hospital.propose(manifest());
      LoneSite.Answered third = hospital.propose(manifest());
      assertThat(third.accepted()).isTrue();
      hospital.share(second);

      // Both were accepted before either ran; only one of them may.
      assertThat(hospital.start(third).reason()).contains("maxReleases, maxSplits");
    }
    try (LoneSite hospital = new LoneSite(home, datasets, "auto", "maxReleases: 2\n")) {
      assertThat(hospital.propose(manifest()).reason()).contains("maxReleases, maxSplits");
      // As many new records as an opened value needs at least.
      Files.writeString(home.resolve("records.csv"), Studies.csv(66, 1));
      assertThat(hospital.propose(manifest()).accepted()).isTrue();
    }
  }
}
