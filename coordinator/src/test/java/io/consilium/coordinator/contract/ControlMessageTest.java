package io.consilium.coordinator.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.typesafe.config.ConfigFactory;
import io.consilium.coordinator.contract.ReportDocument.Failed;
import io.consilium.coordinator.contract.ReportDocument.ModelName;
import io.consilium.coordinator.contract.ReportDocument.Phase;
import io.consilium.coordinator.contract.ReportDocument.Progress;
import io.consilium.coordinator.contract.ReportDocument.Succeeded;
import io.consilium.coordinator.contract.VerdictDocument.Accepted;
import io.consilium.coordinator.contract.VerdictDocument.Pending;
import io.consilium.coordinator.contract.VerdictDocument.Refused;
import io.consilium.coordinator.identity.SignedDocument;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ControlMessageTest {

  private static final JobId ID = new JobId("0123456789ab");
  private static final String DIGEST = "ab".repeat(32);
  private static final SignedDocument SIGNED =
      new SignedDocument("hello", new byte[] {1, 2}, new byte[] {3}, new byte[] {4});

  private static ActorTestKit testKit;
  private static Serialization serialization;

  @BeforeAll
  static void start() {
    testKit =
        ActorTestKit.create(
            ConfigFactory.parseString("pekko.actor.provider = local")
                .withFallback(ConfigFactory.parseResources("consilium-cluster.conf"))
                .withFallback(ConfigFactory.load()));
    serialization = SerializationExtension.get(testKit.system());
  }

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  static Stream<ControlMessage> messages() {
    return Stream.of(
        new ControlMessage.Register(
            SIGNED, testKit.<ControlMessage.ToParty>createTestProbe().getRef()),
        new ControlMessage.Verdict(SIGNED),
        new ControlMessage.Report(SIGNED),
        new ControlMessage.Registered("c0ffee"),
        new ControlMessage.Unregistered("unknown"),
        new ControlMessage.Settled(SIGNED),
        new ControlMessage.Propose(SIGNED, SIGNED),
        new ControlMessage.Start(SIGNED),
        new ControlMessage.Cancel(SIGNED));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void everyMessageSurvivesTheWire(ControlMessage message) {
    SerializerWithStringManifest serializer =
        (SerializerWithStringManifest) serialization.findSerializerFor(message);

    assertThat(testKit.serializationTestKit().verifySerialization(message, true))
        .isEqualTo(message);
    assertThat(serializer.identifier()).isEqualTo(17350);
    assertThat(serializer.manifest(message)).doesNotContain(".");
  }

  @Test
  void theBytesOnTheWireStayTheSame() {
    assertThat(hex(new ControlMessage.Settled(SIGNED)))
        .isEqualTo(
            "bf647479706567736574746c6564676f7574636f6d65"
                + "bf646b696e646568656c6c6f68646f63756d656e744201026b6365727469666963617465410"
                + "3697369676e61747572654104ffff");
    assertThat(hex(new ControlMessage.Start(SIGNED)))
        .isEqualTo(
            "bf647479706565737461727465737461727"
                + "4bf646b696e646568656c6c6f68646f63756d656e744201026b6365727469666963617465410"
                + "3697369676e61747572654104ffff");
  }

  @Test
  void unknownPropertiesAreRefused() throws Exception {
    ObjectMapper cbor = new ObjectMapper(new CBORFactory());
    SerializerWithStringManifest serializer =
        (SerializerWithStringManifest)
            serialization.findSerializerFor(new ControlMessage.Settled(SIGNED));
    ObjectNode tree =
        (ObjectNode) cbor.readTree(serializer.toBinary(new ControlMessage.Settled(SIGNED)));
    tree.put("surprise", 1);

    assertThatThrownBy(() -> serializer.fromBinary(cbor.writeValueAsBytes(tree), ""))
        .isInstanceOf(UnrecognizedPropertyException.class);
  }

  @Test
  void javaSerializationIsOff() {
    assertThatThrownBy(() -> serialization.serialize(new ArrayList<>()).get())
        .hasMessageContaining("Java");
  }

  static Stream<Document> documents() {
    return Stream.of(
        new SubmissionDocument(ID, DIGEST, Instant.parse("2026-03-01T12:00:00Z")),
        new SubmissionDocument(
            ID, DIGEST, Instant.parse("2026-03-01T12:00:00Z"), Optional.of(DIGEST)),
        new CancelDocument(ID, "enough"),
        new HelloDocument("hospital-a", "i-1", "pekko://x/user/link#1", List.of(ID), List.of(ID)),
        new OutcomeDocument(ID, Optional.of(JobStatus.SUCCEEDED)),
        new OutcomeDocument(ID, Optional.empty()),
        new VerdictDocument(ID, "hospital-a", new Accepted(DIGEST)),
        new VerdictDocument(ID, "hospital-a", new Refused(FailureKind.BAD_DATA, "no")),
        new VerdictDocument(ID, "hospital-a", new Pending("the officer")),
        new StartDocument(ID, 1, "0f".repeat(16), DIGEST, DIGEST, List.of("hospital-a")),
        new ReportDocument(
            ID,
            1,
            "hospital-a",
            7,
            new Progress(Phase.TRAINING, 1, 5, 2, 20, 3, 9, 1e4, 12345, 17),
            Optional.of(new SealedResults(DIGEST, "AAAA"))),
        new ReportDocument(
            ID, 1, "hospital-a", 8, new Succeeded(new ModelName("heart-risk", "1"), 1, 17, 2.5)),
        new ReportDocument(
            ID,
            1,
            "hospital-a",
            9,
            new Failed(
                FailureKind.PEER_UNAVAILABLE, "epoch 3", "lost", Optional.of("hospital-b"))));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyDocumentSurvivesItsCanonicalForm(Document document) throws Exception {
    byte[] json = Json.bytes(document);

    assertThat(Json.read(json, document.getClass())).isEqualTo(document);
    assertThat(Json.bytes(Json.read(json, document.getClass()))).isEqualTo(json);
  }

  @Test
  void theSignedBytesStayTheSame() {
    assertThat(new String(Json.bytes(new CancelDocument(ID, "enough")), StandardCharsets.UTF_8))
        .isEqualTo("{\"jobId\":\"0123456789ab\",\"reason\":\"enough\"}");
    assertThat(
            new String(
                Json.bytes(new VerdictDocument(ID, "hospital-a", new Accepted(DIGEST))),
                StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"decision\":{\"planDigest\":\""
                + DIGEST
                + "\",\"type\":\"accepted\"},\"jobId\":\"0123456789ab\",\"party\":\"hospital-a\"}");
  }

  private static String hex(ControlMessage message) {
    return HexFormat.of().formatHex(serialization.serialize(message).get());
  }
}
