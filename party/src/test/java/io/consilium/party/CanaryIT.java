package io.consilium.party;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.datasets.encoding.EncodedTable;
import io.consilium.datasets.source.SiteDatasets;
import io.consilium.inference.onnx.proto.TensorProto;
import io.consilium.party.cli.Shell;
import io.consilium.party.job.SiteRecords;
import io.consilium.party.manifest.Manifest;
import io.consilium.party.store.SealedStore;
import io.consilium.party.store.StoreKey;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import io.consilium.training.Formats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Records carry a thousand unique numbers through a training, questions and failures, with every
 * logger at TRACE. Afterwards neither they nor any key or share of the model is found in anything
 * that was written, except in the files that hold them by design.
 */
final class CanaryIT {

  private static final List<String> ALL = List.of("hospital-a", "hospital-b", "hospital-c");
  private static final int RECORDS_PER_SITE = 160;
  private static final int QUESTIONS = 40;
  private static final int CANARIES_MIN = 1_000;
  private static final int TEMPORARY_BYTES_MAX = 1 << 26;

  /** Of the codes of weights within +-1. */
  private static final FixedPoint WEIGHTS = new FixedPoint(20);

  /** Codes below are small numbers, which stand in many files by chance. */
  private static final long CODE_MIN = 1L << 16;

  @TempDir Path directory;

  private final RandomGenerator random = new java.util.Random(20_261);
  private final Set<String> canaries = new TreeSet<>();
  private final double[] picture = random.doubles(Networks.PIXELS, -1, 1).toArray();

  @Test
  void noRecordKeyOrShareIsWrittenAnywhere() throws Exception {
    Instant start = Instant.now();
    ByteArrayOutputStream console = new ByteArrayOutputStream();
    PrintStream out = System.out;
    PrintStream err = System.err;
    Map<Logger, Level> levels = traceEverything(directory.resolve("trace.log"));
    LoggerFactory.getLogger(CanaryIT.class).trace("shows that the finest level is written");
    System.setOut(new PrintStream(console, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(console, true, StandardCharsets.UTF_8));
    StringBuilder said = new StringBuilder();
    TestConsortium consortium = TestConsortium.of(directory.resolve("run"), names());
    try {
      runEverything(consortium, said);
    } finally {
      consortium.close();
      System.setOut(out);
      System.setErr(err);
      restore(levels);
    }

    assertThat(canaries).hasSizeGreaterThanOrEqualTo(CANARIES_MIN);
    assertThat(directory.resolve("trace.log")).content().contains("TRACE").contains("accepted");
    SecretSearch search = secrets(consortium);
    removeInputs(consortium);
    assertThat(search.bytes("console", console.toByteArray())).isEmpty();
    assertThat(search.bytes("messages", said.toString().getBytes(StandardCharsets.UTF_8)))
        .isEmpty();
    assertThat(search.files(directory)).isEmpty();
    assertThat(temporaries(search, start)).isEmpty();
    assertThat(temporaries(keysOf(consortium), start)).isEmpty();
    assertPlantedOnesAreFound(search, consortium);
  }

  private static String[] names() {
    return ALL.toArray(String[]::new);
  }

  // ---- the run ---------------------------------------------------------------------------------

  private void runEverything(TestConsortium consortium, StringBuilder said) throws Exception {
    for (String party : ALL) {
      consortium.records(party, records(RECORDS_PER_SITE));
    }
    consortium.startCoordinator();
    consortium.start(names());
    JobView job = consortium.run(Studies.logistic("canary", ALL, ALL));
    said.append(new String(Json.bytes(job), StandardCharsets.UTF_8));
    assertThat(job.status()).isEqualTo(JobStatus.SUCCEEDED);

    // Questions: one that is answered, and some that are not.
    tell(said, consortium.predict("canary", questions(QUESTIONS, "")), 0);
    tell(said, consortium.predict("canary", questions(3, "x")), 65);
    tell(said, consortium.predict("canary", questions(3, "9")), 65);
    tell(said, consortium.predict("canary", "dose,level\n1," + level() + "\n"), 65);
    tell(said, consortium.predict("canary", questions(TestConsortium.QUOTA + 1, "")), 77);
    consortium.profile(new Principal(Role.CLIENT, "visitor"));
    tell(said, consortium.predict("visitor", "canary", questions(2, "")), 77);
    consortium.stop("hospital-c");
    tell(said, consortium.predict("canary", questions(2, "")), 69);
    consortium.start("hospital-c");

    importNetwork(consortium, said);

    // Jobs: records that do not fit, a cancelled one, and a party that goes away.
    Path file = consortium.home("hospital-b").resolve("records.csv");
    String good = Files.readString(file);
    for (String bad :
        List.of(
            // Without a header, the first patient's values are taken for one.
            "p" + dose() + ",p" + level() + ",kind,outcome,grade,score\n" + records(20),
            records(20) + "1.5," + level() + "\n",
            records(20) + dose() + "x," + level() + ",plain,yes,mid,1\n",
            records(20) + dose() + "," + level() + "e4,plain,yes,mid,1\n",
            records(20) + "1,2," + level() + ",yes,mid,1\n",
            records(20) + "1,2,\"" + level() + "\n")) {
      consortium.records("hospital-b", bad);
      JobView refused = consortium.run(Studies.logistic("canary", ALL, ALL));
      assertThat(refused.status()).isEqualTo(JobStatus.REFUSED);
      said.append(new String(Json.bytes(refused), StandardCharsets.UTF_8));
    }
    consortium.records("hospital-b", good);
    ObjectNode endless = Studies.logistic("canary", ALL, ALL);
    endless.withObject("training").put("epochs", 10_000);
    JobId cancelled = consortium.submit(endless);
    consortium.until(cancelled, now -> now.status() == JobStatus.TRAINING);
    consortium.api().cancel(cancelled, "enough");
    JobId broken = consortium.submit(endless);
    consortium.until(broken, now -> now.status() == JobStatus.TRAINING);
    consortium.stop("hospital-a");
    JobView failed = consortium.end(broken);
    assertThat(failed.status()).isEqualTo(JobStatus.FAILED);
    said.append(new String(Json.bytes(failed), StandardCharsets.UTF_8));
  }

  /** A network of one hospital, a question to it, and one that does not fit. */
  private void importNetwork(TestConsortium consortium, StringBuilder said) throws Exception {
    Path files = Files.createDirectories(inputs());
    Path model = Files.write(files.resolve("network.onnx"), Networks.pictures().toByteArray());
    Path question = Networks.npy(files.resolve("picture.npy"), Networks.SHAPE, picture);
    Path wrong = Networks.npy(files.resolve("wrong.npy"), Shape.vector(picture.length), picture);
    Networks.samples(files.resolve("samples"), picture);
    Object[] offer = {
      "import",
      model,
      "--name",
      "triage",
      "--config",
      consortium.config("hospital-b"),
      "--samples",
      files.resolve("samples")
    };
    tell(said, Shell.run(offer), 0);
    Path profile = consortium.profileOf(TestConsortium.CLIENT);
    tell(
        said,
        Shell.run("predict", "--profile", profile, "--model", "triage", "--tensor", question),
        0);
    tell(
        said,
        Shell.run("predict", "--profile", profile, "--model", "triage", "--tensor", wrong),
        65);
  }

  private Path inputs() {
    return directory.resolve("inputs");
  }

  private static void tell(StringBuilder said, Shell.Result result, int exit) {
    said.append(result.out()).append(result.err());
    assertThat(result.exit()).isEqualTo(exit);
  }

  private String records(int rows) {
    StringBuilder text = new StringBuilder(Studies.HEADER).append('\n');
    for (int i = 0; i < rows; i++) {
      String label = random.nextBoolean() ? "yes" : "no";
      text.append(dose()).append(',').append(level()).append(",plain,").append(label);
      text.append(",mid,0.5\n");
    }
    return text.toString();
  }

  /** Rows of a client; the suffix spoils the second number of each. */
  private String questions(int rows, String suffix) {
    StringBuilder text = new StringBuilder("dose,level,kind\n");
    for (int i = 0; i < rows; i++) {
      text.append(dose()).append(',').append(level());
      text.append(suffix.equals("9") ? "e4" : suffix).append(",odd\n");
    }
    return text.toString();
  }

  private String dose() {
    return canary(String.format(Locale.ROOT, "%.9f", 1 + random.nextDouble() * 8));
  }

  private String level() {
    return canary(String.format(Locale.ROOT, "%.6f", 1000 + random.nextDouble() * 3_999));
  }

  private String canary(String number) {
    // A last digit that no shortest form drops.
    String kept = number.substring(0, number.length() - 1) + (1 + random.nextInt(9));
    canaries.add(kept);
    return kept;
  }

  // ---- what is looked for ----------------------------------------------------------------------

  private SecretSearch secrets(TestConsortium consortium) throws Exception {
    SecretSearch search = keysOf(consortium);
    for (String canary : canaries) {
      search.addText("record", canary);
      search.addWord("record as double", Double.doubleToRawLongBits(Double.parseDouble(canary)));
    }
    Manifest manifest = Manifest.parse(Json.bytes(Studies.logistic("canary", ALL, ALL)));
    for (String party : ALL) {
      SiteDatasets datasets = SiteDatasets.load(consortium.home(party).resolve("datasets.yaml"));
      SiteRecords records = SiteRecords.read(datasets.dataset("study"), manifest, party);
      addCodes(search, records.training(0, records.rows().training()));
      addCodes(search, records.validation(0, records.rows().validation()));
      addModelShares(search, consortium, party, "canary");
      addModelShares(search, consortium, party, "triage");
    }
    addNetwork(search);
    assertThat(search.counts().get("fixed-point code, little-endian"))
        .isGreaterThan(ALL.size() * RECORDS_PER_SITE);
    assertThat(search.counts().get("share of the model, little-endian")).isPositive();
    return search;
  }

  private static void addCodes(SecretSearch search, EncodedTable table) {
    long largest = Formats.featureCodes(new double[] {1})[0];
    for (double value : table.features()) {
      long code = Formats.featureCodes(new double[] {value})[0];
      // Categories are 0 or 1: no secret is recognised by that.
      if (code > CODE_MIN && code != largest) {
        search.addWord("fixed-point code", code);
        search.addWord("encoded record as double", Double.doubleToRawLongBits(value));
      }
    }
  }

  private void addNetwork(SecretSearch search) {
    for (TensorProto tensor : Networks.pictures().getGraph().getInitializerList()) {
      for (float weight : tensor.getFloatDataList()) {
        search.addText("weight", Float.toString(weight));
        search.addText("weight", Double.toString(weight));
        search.addWord("weight as double", Double.doubleToRawLongBits(weight));
        long code = WEIGHTS.encode(weight);
        if (Math.abs(code) > CODE_MIN) {
          search.addWord("fixed-point code of a weight", code);
        }
      }
    }
    for (double pixel : picture) {
      search.addText("pixel", Double.toString(pixel));
      search.addWord("pixel as double", Double.doubleToRawLongBits(pixel));
    }
  }

  private static void addModelShares(
      SecretSearch search, TestConsortium consortium, String party, String model)
      throws IOException {
    SealedStore store =
        SealedStore.open(
            consortium.home(party).resolve("state"),
            new Principal(Role.PARTY, party),
            new SecureRandom());
    for (long[] words : store.read(new StoreKey("model", model, 1)).words()) {
      for (long word : words) {
        search.addRandomWord("share of the model", word);
      }
    }
  }

  private static SecretSearch keysOf(TestConsortium consortium) throws Exception {
    SecretSearch search = new SecretSearch();
    for (String party : ALL) {
      search.addBytes("store key", storeKey(consortium, party));
      byte[] encoded = privateKey(consortium, party);
      // The last 32 bytes of an Ed25519 key's encoding are the key.
      search.addBytes(
          "private key",
          java.util.Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
    }
    return search;
  }

  private static final Map<String, byte[]> STORE_KEYS = new HashMap<>();
  private static final Map<String, byte[]> PRIVATE_KEYS = new HashMap<>();

  private static byte[] storeKey(TestConsortium consortium, String party) throws IOException {
    byte[] known = STORE_KEYS.get(party);
    if (known == null) {
      known =
          Files.readAllBytes(consortium.home(party).resolve("state").resolve(SealedStore.KEY_FILE));
      STORE_KEYS.put(party, known);
    }
    return known;
  }

  private static byte[] privateKey(TestConsortium consortium, String party) throws IOException {
    byte[] known = PRIVATE_KEYS.get(party);
    if (known == null) {
      String pem =
          Files.readString(consortium.home(party).resolve("identity").resolve(Identity.KEY_FILE));
      known =
          Base64.getMimeDecoder()
              .decode(pem.lines().filter(line -> !line.startsWith("-")).reduce("", String::concat));
      PRIVATE_KEYS.put(party, known);
    }
    return known;
  }

  /** The files that hold the secrets by design. */
  private void removeInputs(TestConsortium consortium) throws IOException {
    for (String party : ALL) {
      Files.delete(consortium.home(party).resolve("records.csv"));
      Files.delete(consortium.home(party).resolve("state").resolve(SealedStore.KEY_FILE));
      Files.delete(consortium.home(party).resolve("identity").resolve(Identity.KEY_FILE));
    }
    Files.delete(consortium.home(TestConsortium.CLIENT).resolve("questions.csv"));
    try (var files = Files.walk(inputs())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Files that this run, or another program meanwhile, left in the temporary directory. */
  private static List<SecretSearch.Hit> temporaries(SecretSearch search, Instant start)
      throws IOException {
    List<SecretSearch.Hit> hits = new ArrayList<>();
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      for (Path file : files.filter(Files::isRegularFile).filter(Files::isReadable).toList()) {
        if (Files.getLastModifiedTime(file).toInstant().isAfter(start)
            && Files.size(file) <= TEMPORARY_BYTES_MAX) {
          hits.addAll(search.files(file));
        }
      }
    }
    return hits;
  }

  /** A search that finds nothing must be able to. */
  private void assertPlantedOnesAreFound(SecretSearch search, TestConsortium consortium)
      throws Exception {
    String canary = canaries.iterator().next();
    byte[] text = canary.getBytes(StandardCharsets.UTF_8);
    assertThat(search.bytes("", ("[age=" + canary + "]").getBytes(StandardCharsets.UTF_8)))
        .isNotEmpty();
    for (String before : List.of("", "a", "ab")) {
      byte[] whole = (before + canary + "!").getBytes(StandardCharsets.UTF_8);
      assertThat(search.bytes("", Base64.getEncoder().encode(whole))).isNotEmpty();
    }
    assertThat(
            search.bytes(
                "", java.util.HexFormat.of().formatHex(text).getBytes(StandardCharsets.US_ASCII)))
        .isNotEmpty();
    Path planted = directory.resolve("planted");
    for (String party : ALL) {
      Files.write(planted, storeKey(consortium, party));
      assertThat(search.files(directory)).extracting(SecretSearch.Hit::form).contains("store key");
      Files.writeString(planted, Base64.getEncoder().encodeToString(privateKey(consortium, party)));
      assertThat(search.files(planted))
          .extracting(SecretSearch.Hit::form)
          .contains("private key, base64");
    }
  }

  // ---- logging ---------------------------------------------------------------------------------

  private static Map<Logger, Level> traceEverything(Path file) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%d %level %thread %logger %mdc %msg%n%ex{full}");
    encoder.start();
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setContext(context);
    appender.setName("TRACE");
    appender.setFile(file.toString());
    appender.setEncoder(encoder);
    appender.start();
    Map<Logger, Level> levels = new HashMap<>();
    for (Logger logger : context.getLoggerList()) {
      if (logger.getLevel() != null) {
        levels.put(logger, logger.getLevel());
        logger.setLevel(Level.TRACE);
      }
      if (!logger.isAdditive() || logger.getName().equals(Logger.ROOT_LOGGER_NAME)) {
        logger.addAppender(appender);
      }
    }
    return levels;
  }

  private static void restore(Map<Logger, Level> levels) {
    levels.forEach((logger, level) -> {
      logger.setLevel(level);
      logger.detachAppender("TRACE");
    });
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.getLoggerList().forEach(logger -> logger.detachAppender("TRACE"));
  }
}
