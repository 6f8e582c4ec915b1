package io.consilium.party.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.datasets.study.StudyCatalog;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoStudyTest {

  @TempDir private Path directory;

  @Test
  void listsTheStudiesWhenOneIsUnknown() {
    refuses(options("heart-diseases", Optional.empty(), OptionalInt.empty()), ExitCode.USAGE)
        .hasMessageContaining("There is no study \"heart-diseases\"")
        .hasMessageContaining(String.join(", ", StudyCatalog.names()));
  }

  @Test
  void asksForTheDataOfARealStudy() {
    refuses(options("wdbc", Optional.empty(), OptionalInt.empty()), ExitCode.USAGE)
        .hasMessageContaining("needs wdbc.data; say with --data DIR");
  }

  @Test
  void saysThatAFolderIsMissing() {
    Path missing = directory.resolve("nowhere");

    refuses(options("wdbc", Optional.of(missing), OptionalInt.empty()), ExitCode.BAD_DATA)
        .hasMessageContaining(missing + " is not a directory");
  }

  @Test
  void namesTheFilesThatAFolderLacks() throws Exception {
    Files.writeString(directory.resolve("processed.cleveland.data"), "");

    refuses(
            options("heart-disease", Optional.of(directory), OptionalInt.empty()),
            ExitCode.BAD_DATA)
        .hasMessageContaining(
            "lacks processed.hungarian.data, processed.switzerland.data, processed.va.data");
  }

  @Test
  void refusesOptionsThatHaveNoMeaningForTheStudy() {
    refuses(options("synthetic-heart", Optional.of(directory), OptionalInt.empty()), ExitCode.USAGE)
        .hasMessageContaining("leave out --data");
    refuses(options("wdbc", Optional.of(directory), OptionalInt.of(4)), ExitCode.USAGE)
        .hasMessageContaining("leave out --hospitals");
    refuses(options("synthetic-heart", Optional.empty(), OptionalInt.of(13)), ExitCode.USAGE)
        .hasMessageContaining("1 to 12");
  }

  @Test
  void takesTheStudysSeedsAndCountsOnFromTheLast() throws Exception {
    DemoOptions usual = options("synthetic-heart", Optional.empty(), OptionalInt.empty());
    DemoOptions three =
        new DemoOptions(
            "synthetic-heart",
            Optional.empty(),
            directory,
            false,
            false,
            OptionalInt.of(3),
            Optional.empty(),
            OptionalInt.empty());

    assertThat(DemoStudy.choose(usual).seeds()).containsExactly(7L);
    assertThat(DemoStudy.choose(three).seeds()).containsExactly(7L, 8L, 9L);
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ?> refuses(
      DemoOptions options, ExitCode exit) {
    var refused = assertThatThrownBy(() -> DemoStudy.choose(options));
    refused
        .asInstanceOf(InstanceOfAssertFactories.throwable(UserException.class))
        .extracting(UserException::exit)
        .isEqualTo(exit);
    return refused;
  }

  private DemoOptions options(String study, Optional<Path> data, OptionalInt hospitals) {
    return new DemoOptions(
        study, data, directory, false, false, OptionalInt.empty(), Optional.empty(), hospitals);
  }
}
