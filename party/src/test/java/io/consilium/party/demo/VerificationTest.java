package io.consilium.party.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.consilium.datasets.study.Study;
import io.consilium.datasets.study.StudyCatalog;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VerificationTest {

  private static final long SEED = 7;

  @TempDir private Path directory;

  @Test
  void trainsPooledAndAloneAndScoresAllOnTheSameTestRecords() throws Exception {
    Study study = StudyCatalog.load("synthetic-heart");
    study.generator().orElseThrow().write(directory);
    Manifests manifests = new Manifests(study, Roster.of(study));
    List<Holding.Parts> parts = new ArrayList<>();
    for (String hospital : Roster.of(study).hospitals()) {
      Path datasets = directory.resolve(hospital).resolve("datasets.yaml");
      parts.add(Holding.read(study, hospital, datasets).parts(manifests.of(SEED)));
    }
    Verification verification =
        new Verification(study.schema(), manifests.of(SEED), parts, Clock.systemUTC());

    Verification.Trained pooled = verification.pooledModel(900);
    List<Verification.Trained> own = new ArrayList<>();
    for (Holding.Parts part : parts) {
      own.add(verification.ownModel(part));
    }

    assertThat(pooled.score().accuracy()).isBetween(0.75, 1.0);
    assertThat(pooled.score().auc()).isBetween(0.8, 1.0);
    assertThat(own).extracting(each -> each.model().weights()).doesNotHaveDuplicates();
    double[] answers =
        verification.predict(pooled.model(), List.of(Questions.some(parts.get(1).test(), 5)));
    assertThat(answers).hasSize(5);
    assertThat(Arrays.stream(answers).boxed()).allMatch(p -> p >= 0 && p <= 1);
  }

  @Test
  void trainsTheNetworkOfAStudyInTheClear() throws Exception {
    Study study = StudyCatalog.load("synthetic-heart");
    study.generator().orElseThrow().write(directory);
    ObjectNode manifest = new Manifests(study, Roster.of(study)).of(SEED);
    List<Holding.Parts> parts = new ArrayList<>();
    for (String hospital : Roster.of(study).hospitals()) {
      Path datasets = directory.resolve(hospital).resolve("datasets.yaml");
      parts.add(Holding.read(study, hospital, datasets).parts(manifest));
    }
    String network =
        """
        {type: network, loss: binaryCrossEntropy,
         layers: [{dense: {units: 8, init: he}}, relu, {dense: {units: 1}}]}
        """;
    manifest.set("model", new YAMLMapper().readTree(network));

    Verification.Trained pooled =
        new Verification(study.schema(), manifest, parts, Clock.systemUTC()).pooledModel(900);

    assertThat(pooled.score().accuracy()).isBetween(0.75, 1.0);
    assertThat(pooled.score().auc()).isBetween(0.8, 1.0);
    assertThat(pooled.model().weights().length % 8).isEqualTo(1);
  }
}
