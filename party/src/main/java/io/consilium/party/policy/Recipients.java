package io.consilium.party.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Who may learn a value: a recipient, a list of recipients, or {@code deny}.
 *
 * @param allowed nobody, if empty
 */
record Recipients(Set<Recipient> allowed) {

  private static final String DENY = "deny";

  Recipients {
    allowed = Set.copyOf(allowed);
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Recipients parse(JsonNode node) {
    List<String> words =
        node.isArray()
            ? StreamSupport.stream(node.spliterator(), false).map(JsonNode::asText).toList()
            : List.of(node.asText());
    if (words.equals(List.of(DENY))) {
      return new Recipients(Set.of());
    }
    Set<Recipient> allowed = EnumSet.noneOf(Recipient.class);
    words.forEach(word -> allowed.add(recipient(word)));
    if (allowed.isEmpty()) {
      throw new IllegalArgumentException("is an empty list; write " + DENY + " for nobody");
    }
    return new Recipients(allowed);
  }

  private static Recipient recipient(String word) {
    return Arrays.stream(Recipient.values())
        .filter(recipient -> recipient.label().equals(word))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "should be "
                    + DENY
                    + " or some of "
                    + Arrays.stream(Recipient.values())
                        .map(Recipient::label)
                        .collect(Collectors.joining(", "))));
  }

  @Override
  public String toString() {
    return allowed.isEmpty()
        ? "nobody"
        : allowed.stream().sorted().map(Recipient::label).collect(Collectors.joining(", "));
  }
}
