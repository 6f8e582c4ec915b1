package io.consilium.party.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.party.cli.Shell.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Whoever does not know a verb asks it, and reads all of its options. */
final class HelpTest {

  static Stream<List<String>> verbs() {
    List<List<String>> all = new ArrayList<>();
    collect(PartyMain.commandLine(List.of()), List.of(), all);
    return all.stream();
  }

  private static void collect(CommandLine line, List<String> verb, List<List<String>> into) {
    into.add(verb);
    line.getSubcommands()
        .forEach((name, sub) -> {
          List<String> longer = new ArrayList<>(verb);
          longer.add(name);
          collect(sub, longer, into);
        });
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void saysWhatItCanDo(List<String> verb) {
    CommandLine line = PartyMain.commandLine(List.of());
    for (String word : verb) {
      line = line.getSubcommands().get(word);
    }

    Result help = Shell.run(Stream.concat(verb.stream(), Stream.of("--help")).toArray());

    assertThat(help.exit()).isZero();
    assertThat(help.err()).isEmpty();
    assertThat(help.out()).contains("Usage: ");
    for (OptionSpec option : line.getCommandSpec().options()) {
      // An option that can be negated is shown as --[no-]name.
      assertThat(help.out().replace("[no-]", "")).contains(option.longestName());
    }
  }
}
