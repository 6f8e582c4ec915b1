package io.consilium.party.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.inference.NetworkCard;
import io.consilium.inference.onnx.CalibratedModel;
import io.consilium.inference.onnx.ModelLimits;
import io.consilium.inference.onnx.OnnxFile;
import io.consilium.inference.onnx.OutputRule;
import io.consilium.inference.onnx.SharedNetwork;
import io.consilium.inference.onnx.program.Interval;
import io.consilium.party.Networks;
import io.consilium.party.manifest.ImportManifest;
import io.consilium.party.policy.OwnData;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImportCompilerTest {
  private static final List<String> PARTIES = List.of("hospital-a", "hospital-b", "hospital-c");
  private static final Principal OWNER = Principal.party("hospital-a");

  @TempDir private Path directory;

  private ImportManifest manifest;

  @BeforeEach
  void describe() throws Exception {
    Path file = directory.resolve("network.onnx");
    Files.write(file, Networks.pictures().toByteArray());
    OnnxFile.Model model = OnnxFile.readModel(file, ModelLimits.DEFAULT);
    SharedNetwork network =
        SharedNetwork.own(
                model, CalibratedModel.of(model, new Interval(-1, 1), false, OutputRule.CLASS))
            .network();
    manifest =
        new ImportManifest(
            "triage",
            "an example",
            PARTIES,
            PARTIES,
            "hospital-a",
            network.description(),
            List.of("left", "right"),
            new NetworkCard.Pixels(255, List.of(1.5), List.of()),
            List.of("clinic"),
            ImportManifest.disclosures(false));
  }

  private static byte[] changed(byte[] json, String key, Object value) throws Exception {
    ObjectNode tree = (ObjectNode) new ObjectMapper().readTree(json);
    tree.putPOJO(key, value);
    return Json.bytes(tree);
  }

  @Test
  void whatTheOwnerWroteIsWhatAPartyReads() throws Exception {
    ImportPlan plan = ImportCompiler.compile(manifest.toJson(), OWNER);

    assertThat(plan.manifest().toJson()).isEqualTo(manifest.toJson());
    assertThat(plan.weights()).isEqualTo(Networks.WEIGHTS);
    assertThat(plan.facts(new OwnData.None()))
        .contains(
            "It imports a network of hospital-a with 117 weights.",
            "Its weights are opened to nobody.",
            "An answer tells the client the number of the class, and nobody else anything.");
    assertThat(plan.auditDetail())
        .containsEntry("weights", "shared")
        .containsEntry("owner", "hospital-a");
    assertThat(plan.weightsRight((_, _, _) -> {})).isEmpty();
    assertThat(ImportCompiler.compile(manifest.toJson(), OWNER).digest()).isEqualTo(plan.digest());
  }

  @Test
  void onlyTheOwnerOffersANetwork() {
    for (Principal other :
        List.of(Principal.party("hospital-b"), new Principal(Role.RESEARCHER, "hospital-a"))) {
      assertThatThrownBy(() -> ImportCompiler.compile(manifest.toJson(), other))
          .isInstanceOf(InvalidDefinitionException.class)
          .hasMessageContaining("owner");
    }
  }

  @Test
  void whatIsOpenedIsListedAndNothingElse() throws Exception {
    byte[] less = changed(manifest.toJson(), "disclosures", List.of());

    assertThatThrownBy(() -> ImportCompiler.compile(less, OWNER))
        .isInstanceOf(InvalidDefinitionException.class)
        .hasMessageContaining("disclosures");
  }

  @Test
  void aPlanThatIsNotTheAnnouncedOneIsRefused() throws Exception {
    ObjectNode tree = (ObjectNode) new ObjectMapper().readTree(manifest.toJson());
    ((ObjectNode) tree.get("network")).put("plan", "00".repeat(32));

    assertThatThrownBy(() -> ImportCompiler.compile(Json.bytes(tree), OWNER))
        .isInstanceOf(InvalidDefinitionException.class)
        .hasMessageContaining("another one than its owner announced");
  }

  @Test
  void strangeManifestsAreBadData() throws Exception {
    for (String key : List.of("parties", "computeParties", "network", "pixels", "classes")) {
      byte[] wrong = changed(manifest.toJson(), key, 7);
      assertThatThrownBy(() -> ImportCompiler.compile(wrong, OWNER))
          .as(key)
          .isInstanceOf(InvalidDefinitionException.class);
    }
    assertThat(ImportManifest.isOne("[".getBytes(StandardCharsets.UTF_8))).isFalse();
  }
}
