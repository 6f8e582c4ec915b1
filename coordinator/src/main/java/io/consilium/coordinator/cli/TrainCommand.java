package io.consilium.coordinator.cli;

import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.config.StrictYaml;
import io.consilium.coordinator.contract.Document;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobRequest;
import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.contract.SubmissionDocument;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.coordinator.jobs.Papers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
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

  @Mixin private Output output;

  @Override
  public Integer call() throws Exception {
    byte[] manifest = Json.bytes(StrictYaml.tree(study));
    if (manifest.length > MANIFEST_BYTES_MAX) {
      throw new ConfigException(study + " is longer than " + MANIFEST_BYTES_MAX + " bytes.");
    }
    try (ApiClient api = output.api()) {
      Clock clock = Clock.systemUTC();
      JobId id = JobId.random(new SecureRandom());
      JobView job = api.submit(request(api.identity(), id, manifest, clock));
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
      JobView ended = new Follower(api, clock, System.err).follow(id, output.howToFollow(id));
      output.print(ended, Texts.details(ended));
      return ended.exitCode();
    }
  }

  private static JobRequest request(Identity researcher, JobId id, byte[] manifest, Clock clock) {
    SignedDocument signed = researcher.sign(Document.MANIFEST_KIND, manifest);
    return new JobRequest(
        signed,
        Document.sign(
            researcher, new SubmissionDocument(id, Papers.sha256(signed), clock.instant())));
  }
}
