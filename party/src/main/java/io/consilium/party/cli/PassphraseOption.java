package io.consilium.party.cli;

import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.consilium.party.pki.Passphrase;
import java.io.Console;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the passphrase of the authority's key comes from: a file, or whoever sits there. */
final class PassphraseOption {
  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = "The passphrase of the authority's key; without it you are asked.")
  private Path file;

  /** The passphrase of a key that is there already. */
  Passphrase present() throws UserException {
    return Passphrase.given(
        file == null ? asked("Passphrase of the authority's key: ") : Passphrase.line(file));
  }

  /** The passphrase of a new key; whoever types it does so twice. */
  Passphrase chosen() throws UserException {
    if (file != null) {
      return Passphrase.chosen(Passphrase.line(file));
    }
    char[] first =
        asked(
            "A passphrase for the authority's key, " + Passphrase.CHARS_MIN + " or more letters: ");
    char[] again = asked("The same once more: ");
    try {
      if (!Arrays.equals(first, again)) {
        throw new UserException(ExitCode.USAGE, "The two are not the same. Nothing was made.");
      }
      return Passphrase.chosen(first.clone());
    } finally {
      Arrays.fill(first, ' ');
      Arrays.fill(again, ' ');
    }
  }

  private static char[] asked(String question) throws UserException {
    Console console =
        Optional.ofNullable(System.console())
            .filter(Console::isTerminal)
            .orElseThrow(() ->
                new UserException(
                    ExitCode.USAGE,
                    "The authority's key needs a passphrase and nobody can be asked for it here."
                        + " Give --passphrase-file FILE (or, to try things out, make the key with"
                        + " --no-passphrase)."));
    char[] answer = console.readPassword("%s", question);
    if (answer == null) {
      throw new UserException(ExitCode.USAGE, "No passphrase was given.");
    }
    return answer;
  }
}
