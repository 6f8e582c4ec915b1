package io.consilium.coordinator.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.config.ProfileConfig;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.Json;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Options and habits that the researcher's commands share. */
final class Output {

  @Option(
      names = "--profile",
      required = true,
      paramLabel = "FILE",
      description = "your profile: identity, consortium")
  private Path profile;

  @Option(names = "--json", description = "print one JSON value on standard output")
  private boolean json;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  ApiClient api() throws Exception {
    return ApiClient.of(ProfileConfig.load(profile));
  }

  /** The keys that results of this profile's jobs are sealed to. */
  ResultKeys keys() throws ConfigException {
    return ResultKeys.of(ProfileConfig.load(profile));
  }

  /** Opens and checks results for this profile. */
  ResultsReader reader(ApiClient api) throws ConfigException {
    return new ResultsReader(api.identity().trust(), keys());
  }

  String howToFollow(JobId id) {
    return "consilium jobs follow " + id + profileOption();
  }

  String howToShow(JobId id) {
    return "consilium jobs show " + id + profileOption();
  }

  String profileOption() {
    return " --profile " + profile;
  }

  JobId jobId(String text) {
    if (!JobId.isId(text)) {
      throw new ParameterException(
          spec.commandLine(), "A job id is 12 hexadecimal digits; \"jobs list\" shows them.");
    }
    return new JobId(text);
  }

  /** Prints the value as JSON, or the text. */
  void print(Object value, String text) {
    PrintWriter out = spec.commandLine().getOut();
    try {
      out.println(json ? Json.mapperCopy().writeValueAsString(value) : text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a view that is no JSON", e);
    }
    out.flush();
  }
}
