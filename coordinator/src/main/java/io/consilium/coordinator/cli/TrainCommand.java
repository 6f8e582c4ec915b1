package io.consilium.coordinator.cli;

import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.config.StrictYaml;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.Json;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code consilium train}. */
@Command(
    name = "train",
    description = "Signs a manifest, submits it and follows the job to its end.",
    mixinStandardHelpOptions = true,
    footer = {
      "Ctrl-C detaches; the job goes on.",
      "consilium train STUDY.yaml --plan says what it would cost, and --verify rehearses it on",
      "records that may be seen; neither submits anything.",
      "consilium train --plan --help has their options."
    })
final class TrainCommand implements Callable<Integer> {

  /** The longest manifest; its base64 form fits a request. */
  private static final int MANIFEST_BYTES_MAX = 128 << 10;

  @Parameters(index = "0", paramLabel = "STUDY.yaml", description = "the manifest, YAML or JSON")
  private Path study;

  @Option(names = "--detach", description = "submit, print the job's id and return")
  private boolean detach;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description =
          "the job's id, 12 hexadecimal digits (default: a random one). The same study under the"
              + " same id is submitted once, however often this is run")
  private String chosen;

  @Mixin private Output output;

  @Override
  public Integer call() throws Exception {
    byte[] manifest = Json.bytes(StrictYaml.tree(study));
    if (manifest.length > MANIFEST_BYTES_MAX) {
      throw new ConfigException(study + " is longer than " + MANIFEST_BYTES_MAX + " bytes.");
    }
    try (ApiClient api = output.api()) {
      Clock clock = Clock.systemUTC();
      SecureRandom random = new SecureRandom();
      JobId id = chosen == null ? JobId.random(random) : output.jobId(chosen);
      // On this disk before anybody hears of the job: without it nobody reads the results.
      ResultKey key = output.keys().of(id, manifest, random);
      JobView job =
          Submission.of(api.identity(), id, manifest, clock, Optional.of(key.publicHex()))
              .send(api, System.err, clock, howToFindOut(id));
      if (detach) {
        output.print(
            job,
            "job "
                + id
                + " submitted, "
                + Texts.state(job)
                + "\nFollow it: "
                + output.howToFollow(id));
        return ExitCode.DONE;
      }
      System.err.println("job " + id + " submitted");
      Follower.Followed ended =
          new Follower(api, clock, System.err, Optional.of(output.reader(api)))
              .follow(id, output.howToFollow(id));
      output.print(
          ResultsJson.of(ended.job(), ended.results()),
          Texts.details(ended.job(), ended.results()));
      return ended.exitCode();
    }
  }

  private String howToFindOut(JobId id) {
    return output.howToShow(id)
        + "\nIf there is no such job, or to be sure, submit it under the same id; it does not run"
        + " twice: consilium train "
        + study
        + " --id "
        + id
        + output.profileOption();
  }
}
