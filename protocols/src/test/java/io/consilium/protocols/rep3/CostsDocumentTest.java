package io.consilium.protocols.rep3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.consilium.protocols.Cost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The page of costs is made from the declared costs. {@code -Dcosts.write=true} writes it anew. */
final class CostsDocumentTest {
  private static final int ELEMENTS = 64_000;

  private static final String HEAD =
      """
      # Costs

      What each instruction of the suite `rep3` sends, as it declares it and as tests count it on
      the channels. Made from the code; to write this page anew, run
      `mvn test -pl protocols -Dtest=CostsDocumentTest -Dcosts.write=true`.

      Bytes are payload, summed over the three parties and both directions, per element in a tensor
      of 64,000 elements. A party sends a third on average. Frame headers and TLS come on top. Rounds
      are messages that wait for each other; a list of tensors runs in the rounds of one.

      """;

  private static final String BETWEEN =
      """
      Functions are programs of these instructions. Their rounds are the sum over the instructions;
      the chain that is counted may be shorter, where one instruction starts before all parties
      have ended the one before.

      """;

  private static String document() {
    return HEAD
        + table("instruction", Instructions.common())
        + "\n"
        + BETWEEN
        + table("function", Instructions.functions());
  }

  private static String table(String title, List<Instructions.Instruction> rows) {
    StringBuilder table =
        new StringBuilder("| " + title + " | rounds | bytes per element |\n|---|---:|---:|\n");
    for (Instructions.Instruction row : rows) {
      Cost cost = row.declared(ELEMENTS);
      double bytes = (double) cost.bytes() / ELEMENTS;
      table.append(
          String.format(Locale.ROOT, "| %s | %d | %.2f |%n", row.name(), cost.rounds(), bytes));
    }
    return table.toString();
  }

  @Test
  void theCommittedPageIsCurrent() throws IOException {
    String home = System.getProperty("consilium.home");
    assumeThat(home).as("system property consilium.home").isNotNull();
    Path page = Path.of(home, "docs", "costs.md");
    if (Boolean.getBoolean("costs.write")) {
      Files.createDirectories(page.getParent());
      Files.writeString(page, document());
    }

    assertThat(page).as("write it with -Dcosts.write=true").exists().hasContent(document());
  }
}
