package io.consilium.party.demo;

import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import java.nio.file.Path;
import java.util.Arrays;

/** Why a step failed, what to do about it, and where to read more: three lines. */
final class StepFailure {

  private StepFailure() {}

  static UserException of(ExitCode exit, String cause, String fix, Path log) {
    return new UserException(exit, cause + "\n  fix: " + fix + "\n  log: " + log);
  }

  /** The code that a child process ended with; one that no command of ours uses is a fault. */
  static ExitCode exit(int code) {
    return Arrays.stream(ExitCode.values())
        .filter(exit -> exit != ExitCode.OK && exit.code() == code)
        .findFirst()
        .orElse(ExitCode.INTERNAL);
  }
}
