package io.consilium.party.cli;

import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;

/** Asks the person at the terminal to type {@code yes}. */
final class Confirmation {

  private Confirmation() {}

  static void ask(PrintWriter out, String question) throws UserException, IOException {
    out.print(question + " Type yes: ");
    out.flush();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    String answer = in.readLine();
    if (answer == null) {
      out.println();
      throw new UserException(
          ExitCode.USAGE, "Nobody answered. Without a terminal, check it first and give --yes.");
    }
    if (!answer.strip().equals("yes")) {
      throw new UserException(ExitCode.NOT_ALLOWED, "Not confirmed, so nothing was done.");
    }
  }
}
