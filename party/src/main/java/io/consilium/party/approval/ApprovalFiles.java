package io.consilium.party.approval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Where the two kinds of file are and how they are read. */
record ApprovalFiles(Path state) {

  static final String KIND = "approval";

  private static final Pattern JOB = Pattern.compile("[0-9a-f]{12}");
  private static final int FILE_BYTES_MAX = 2 << 20;

  static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  Path pending() {
    return state.resolve("pending");
  }

  Path decisions() {
    return state.resolve("decisions");
  }

  Path pending(String job) {
    return pending().resolve(requireJob(job) + ".json");
  }

  Path decision(String job) {
    return decisions().resolve(requireJob(job) + ".json");
  }

  static boolean isJob(String job) {
    return JOB.matcher(job).matches();
  }

  /** Ids become file names, so nothing else may pass for one. */
  static String requireJob(String job) {
    if (!isJob(job)) {
      throw new IllegalArgumentException("a job's id is 12 hexadecimal digits");
    }
    return job;
  }

  static <T> T read(Path file, Class<T> type) throws UserException, IOException {
    if (Files.size(file) > FILE_BYTES_MAX) {
      throw new UserException(ExitCode.BAD_DATA, file + " is too large.");
    }
    try {
      return JSON.readValue(Files.readAllBytes(file), type);
    } catch (JsonProcessingException e) {
      throw new UserException(ExitCode.BAD_DATA, file + " is damaged.", e);
    }
  }
}
