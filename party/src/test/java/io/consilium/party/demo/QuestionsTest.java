package io.consilium.party.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.datasets.DataLimits;
import io.consilium.datasets.encoding.FeatureEncoder;
import io.consilium.datasets.source.Dataset;
import io.consilium.datasets.study.Study;
import io.consilium.datasets.study.StudyCatalog;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.Purpose;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QuestionsTest {

  @TempDir private Path directory;

  @Test
  void writesRecordsThatAClientReadsBackAsTheSameNumbers() throws Exception {
    Study study = StudyCatalog.load("synthetic-heart");
    study.generator().orElseThrow().write(directory);
    DataTable records =
        Holding.read(study, "hospital-b", directory.resolve("hospital-b/datasets.yaml"))
            .parts(manifest(study))
            .test();
    DataTable asked = Questions.some(records, 50);
    Path file = directory.resolve("questions.csv");

    Files.writeString(file, Questions.csv(study.schema(), List.of(asked)));

    DataTable read =
        Dataset.csv(study.schema(), file, Set.of(), DataLimits.defaults())
            .read(study.schema(), Purpose.PREDICTION);
    FeatureEncoder encoder = new FeatureEncoder(study.schema());
    assertThat(Files.readString(file)).doesNotContain("disease");
    assertThat(read.rows()).isEqualTo(50);
    assertThat(encoder.encode(read).features()).isEqualTo(encoder.encode(asked).features());
    assertThat(encoder.encode(read).presence()).isEqualTo(encoder.encode(asked).presence());
  }

  @Test
  void dividesTheRecordsAsTheManifestSays() throws Exception {
    Study study = StudyCatalog.load("synthetic-heart");
    study.generator().orElseThrow().write(directory);
    Holding holding =
        Holding.read(study, "hospital-a", directory.resolve("hospital-a/datasets.yaml"));

    Holding.Parts parts = holding.parts(manifest(study));

    assertThat(parts.train().rows()).isEqualTo((int) (holding.rows() * 0.75));
    assertThat(parts.train().rows() + parts.test().rows()).isEqualTo(holding.rows());
    assertThat(holding).hasToString("Holding[hospital-a, " + holding.rows() + " rows]");
  }

  private static ObjectNode manifest(Study study) {
    return new Manifests(study, Roster.of(study)).of(7);
  }
}
