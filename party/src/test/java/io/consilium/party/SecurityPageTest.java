package io.consilium.party;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page about security names a test for each claim; these are there. */
final class SecurityPageTest {
  private static final Path HOME = Path.of(System.getProperty("consilium.home"));

  /** A class, a method of it, or a method of the class named last. */
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*(?:Test|IT))?(?:#(\\w+))?`");

  @Test
  void namesTestsThatAreThere() throws IOException {
    Map<String, String> sources = sources();
    List<String> wrong = new ArrayList<>();
    int named = 0;
    String last = "";

    Matcher matcher = NAMED.matcher(Files.readString(HOME.resolve("docs/security.md")));
    while (matcher.find()) {
      last = matcher.group(1) == null ? last : matcher.group(1);
      String method = matcher.group(2);
      String source = sources.getOrDefault(last, "");
      if (source.isEmpty() || (method != null && !source.contains("void " + method + "("))) {
        wrong.add(last + "#" + method);
      }
      named++;
    }

    assertThat(wrong).isEmpty();
    assertThat(named).isGreaterThan(40);
  }

  /** The text of each test class, by its simple name; of several of one name, all of them. */
  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    for (Path module : modules()) {
      try (Stream<Path> files = Files.walk(module)) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .forEach(file ->
                sources.merge(
                    file.getFileName().toString().replace(".java", ""),
                    text(file),
                    String::concat));
      }
    }
    return sources;
  }

  private static List<Path> modules() throws IOException {
    try (Stream<Path> folders = Files.list(HOME)) {
      return folders
          .map(folder -> folder.resolve("src/test/java"))
          .filter(Files::isDirectory)
          .toList();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
