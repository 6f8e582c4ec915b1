package io.consilium.datasets.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.datasets.TestSchemas;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.table.Purpose;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SiteDatasetsTest {
  @TempDir Path directory;

  @Test
  void opensADataSetWithPathsRelativeToTheFile() throws Exception {
    Files.createDirectories(directory.resolve("records"));
    Files.writeString(
        directory.resolve("records/heart.csv"), "age,chol,cp,fbs,disease\n4,200,a,1,yes\n");

    SiteDatasets datasets =
        load(
            """
            datasets:
              heart:
                source: {type: csv, path: records/heart.csv}
                query: SELECT * FROM source
            limits: {memoryMegabytes: 512, rows: 1000, querySeconds: 10}
            """);

    assertThat(datasets.names()).containsExactly("heart");
    assertThat(datasets.dataset("heart").read(TestSchemas.small(), Purpose.TRAINING).rows())
        .isEqualTo(1);
    assertThatThrownBy(() -> datasets.dataset("haert"))
        .hasMessageContaining("has no data set 'haert'; did you mean 'heart'?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{type: cvs, path: x} | datasets.heart.source.type: 'cvs' is not known; did you mean"
            + " 'csv'?",
        "{type: csv, pth: x} | datasets.heart.source.pth: unknown key; did you mean 'path'?",
        "{type: csv} | datasets.heart.source: needs the key 'path'",
        "{path: x} | datasets.heart.source: needs the key 'type'",
        "{type: csv, path: x, header: false} | exactly when the file has no header",
        "{type: csv, path: x, header: true, columns: [a]} | exactly when the file has no header",
        "{type: csv, path: x, columns: [a, A]} | a name is blank or there twice",
        "{type: csv, path: x, delimiter: ab} | source.delimiter: must be one ASCII character",
        "{type: parquet, path: x, delimiter: ','} | source.delimiter: unknown key",
        "{type: jdbc, url: 'http:x'} | source.url: must start with jdbc:",
        "{type: jdbc, url: 'jdbc:x'} | datasets.heart: a jdbc source needs the key 'query'",
        "{type: jdbc, url: 'jdbc:x', password: y} | source.password: unknown key",
      })
  void refusesWhatItDoesNotUnderstand(String source, String message) {
    assertThatThrownBy(() -> load("datasets: {heart: {source: " + source + "}}"))
        .isInstanceOf(InvalidDefinitionException.class)
        .hasMessageContaining("datasets.yaml")
        .hasMessageContaining(message);
  }

  @Test
  void refusesLimitsThatAreNone() {
    assertThatThrownBy(() -> load("datasets: {}\nlimits: {rows: 0}"))
        .hasMessageContaining("limits.rows: must be a whole number from 1");
  }

  private SiteDatasets load(String text) throws Exception {
    Path file = directory.resolve("datasets.yaml");
    Files.writeString(file, text);
    return SiteDatasets.load(file);
  }
}
