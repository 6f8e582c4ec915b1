package io.consilium.party.cli;

import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.identity.IdentityException;
import io.consilium.coordinator.identity.TlsFailure;
import io.consilium.coordinator.identity.UntrustedException;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.consilium.party.audit.AuditException;
import io.consilium.party.audit.AuditInUseException;
import io.consilium.party.audit.UnwritableException;
import io.consilium.party.files.FullDisk;
import io.consilium.party.files.PrivateFiles;
import io.consilium.party.store.StoreException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What people read when a command fails, and its exit code. A mistake gets a sentence. A fault of
 * the program gets a sentence too; its stack trace goes to a file.
 */
final class Failures {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

  private final Clock clock;
  private final Path logDirectory;

  Failures(Clock clock, Path logDirectory) {
    this.clock = clock;
    this.logDirectory = logDirectory;
  }

  /** One sentence and the code that goes with it. */
  record Outcome(ExitCode exit, String sentence) {}

  int usage(ParameterException problem, String[] arguments) {
    CommandLine line = problem.getCommandLine();
    PrintWriter err = line.getErr();
    err.println("consilium: " + sentence(problem.getMessage()));
    List<String> suggestions =
        problem instanceof UnmatchedArgumentException unmatched
            ? unmatched.getSuggestions()
            : List.of();
    if (!suggestions.isEmpty()) {
      err.println("Did you mean " + String.join(" or ", suggestions) + "?");
    }
    err.println("Try \"" + line.getCommandSpec().qualifiedName() + " --help\".");
    err.flush();
    return ExitCode.USAGE.code();
  }

  int execution(Exception failure, CommandLine line, CommandLine.ParseResult parsed) {
    Outcome outcome = known(failure).orElseGet(() -> unexpected(failure));
    line.getErr().println("consilium: " + outcome.sentence());
    line.getErr().flush();
    return outcome.exit().code();
  }

  private static Optional<Outcome> known(Exception failure) {
    if (failure instanceof UserException mistake) {
      return outcome(mistake.exit(), mistake.getMessage());
    }
    if (failure instanceof ConfigException mistake) {
      return outcome(ExitCode.BAD_DATA, mistake.getMessage());
    }
    if (failure instanceof IdentityException mistake) {
      ExitCode exit =
          mistake.getCause() instanceof UntrustedException
              ? ExitCode.NOT_ALLOWED
              : ExitCode.BAD_DATA;
      return outcome(exit, mistake.getMessage());
    }
    Optional<String> refused = TlsFailure.sentence(failure);
    if (refused.isPresent()) {
      return outcome(ExitCode.NOT_ALLOWED, refused.get());
    }
    if (failure instanceof UnwritableException unwritable) {
      return outcome(ExitCode.NOT_READY, unwritable.getMessage());
    }
    return failure instanceof IOException io ? known(io) : Optional.empty();
  }

  private static Optional<Outcome> known(IOException failure) {
    return switch (failure) {
      case AuditInUseException e -> outcome(ExitCode.NOT_READY, e.getMessage());
      case AuditException e -> outcome(ExitCode.BAD_DATA, e.getMessage());
      case StoreException e -> outcome(ExitCode.BAD_DATA, e.getMessage());
      case NoSuchFileException e -> outcome(ExitCode.BAD_DATA, e.getFile() + " does not exist.");
      case AccessDeniedException e ->
          outcome(ExitCode.NOT_ALLOWED, "This user may not access " + e.getFile() + ".");
      case FileAlreadyExistsException e ->
          outcome(ExitCode.BAD_DATA, e.getFile() + " already exists and is not overwritten.");
      case IOException e when FullDisk.isCauseOf(e) ->
          outcome(ExitCode.NOT_READY, "Disk full: make room and try again.");
      case FileSystemException e ->
          outcome(ExitCode.BAD_DATA, e.getFile() + " cannot be used: " + e.getReason() + ".");
      case ConnectException e ->
          outcome(ExitCode.UNAVAILABLE, "The other node does not answer; is it running?");
      case SocketTimeoutException e ->
          outcome(ExitCode.UNAVAILABLE, "The other node did not answer in time.");
      case UnknownHostException e ->
          outcome(ExitCode.UNAVAILABLE, "The host " + e.getMessage() + " is not known.");
      default -> Optional.empty();
    };
  }

  private static Optional<Outcome> outcome(ExitCode exit, String sentence) {
    return Optional.of(new Outcome(exit, sentence));
  }

  private Outcome unexpected(Exception failure) {
    Path file = logDirectory.resolve("consilium-fault-" + STAMP.format(clock.instant()) + ".log");
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    String where;
    try {
      PrivateFiles.create(file, trace.toString().getBytes(StandardCharsets.UTF_8));
      where = "The details are in " + file + ".";
    } catch (IOException e) {
      where = "The details could not be written to " + file + ".";
    }
    return new Outcome(
        ExitCode.INTERNAL,
        "A fault of the program (" + failure.getClass().getSimpleName() + "). " + where);
  }

  private static String sentence(String message) {
    return message.endsWith(".") ? message : message + ".";
  }
}
