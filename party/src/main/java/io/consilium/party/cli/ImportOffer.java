package io.consilium.party.cli;

import io.consilium.coordinator.cli.ApiClient;
import io.consilium.coordinator.cli.CommandException;
import io.consilium.coordinator.cli.Follower;
import io.consilium.coordinator.cli.Submission;
import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.IdentityException;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.inference.NetworkCard;
import io.consilium.inference.onnx.CalibratedModel;
import io.consilium.inference.onnx.OnnxFile;
import io.consilium.inference.onnx.SharedNetwork;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.consilium.party.config.PartyConfig;
import io.consilium.party.job.PreparedImports;
import io.consilium.party.manifest.ImportManifest;
import io.consilium.party.plan.ImportPlan;
import io.consilium.party.policy.OwnData;
import io.consilium.party.policy.PolicyDecision;
import io.consilium.party.policy.SitePolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/**
 * Offers a network of this party to the others: describes it, signs the description, leaves the
 * weights to this party's node, and follows the job.
 */
final class ImportOffer {
  private static final int COMPUTE_PARTIES = 3;

  @Option(
      names = "--name",
      required = true,
      paramLabel = "NAME",
      description = "what clients will call the model")
  private String name;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "this party's party.yaml")
  private Path config;

  @Option(
      names = "--compute-parties",
      paramLabel = "A,B,C",
      split = ",",
      description = "who keeps the shares (default: the three parties, if there are no others)")
  private List<String> computeParties = List.of();

  @Option(
      names = "--serve-to",
      paramLabel = "CLIENT",
      split = ",",
      description = "who may ask it (default: every client whom the parties serve)")
  private List<String> clients = List.of();

  @Option(
      names = "--classes",
      paramLabel = "FILE",
      description = "names of the classes, one a line, in the order of the outputs")
  private Path classes;

  @Option(
      names = "--white",
      paramLabel = "NUMBER",
      defaultValue = "1",
      description =
          "what a white pixel is, for questions that are pictures (default: ${DEFAULT-VALUE})")
  private double white;

  @Option(
      names = "--mean",
      paramLabel = "NUMBER",
      split = ",",
      description = "subtracted from pixels, for each channel")
  private List<Double> mean = List.of();

  @Option(
      names = "--deviation",
      paramLabel = "NUMBER",
      split = ",",
      description = "divides pixels, for each channel")
  private List<Double> deviation = List.of();

  @Option(
      names = "--purpose",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "why, for the officers of the other parties")
  private String purpose;

  /** Imports, and gives the command's exit code. */
  int run(OnnxFile.Model file, CalibratedModel calibrated, boolean json, PrintWriter out)
      throws ConfigException, IdentityException, UserException, IOException {
    PartyConfig party = PartyConfig.load(config);
    Identity identity = Identity.load(party.identity());
    Consortium consortium = Consortium.load(party.consortium());
    requireParty(identity, party);
    SharedNetwork.Owned owned = SharedNetwork.own(file, calibrated);
    ImportDraft draft =
        ImportDraft.of(manifest(owned.network(), identity.principal().name(), consortium));
    byte[] manifest = draft.manifest();
    requireAllowed(SitePolicy.load(party.policy()), draft.plan());
    SecureRandom random = new SecureRandom();
    PreparedImports prepared = PreparedImports.beside(party.state(), identity.principal(), random);
    prepared.put(name, manifest, owned.codes());
    try (ApiClient api = ApiClient.ofParty(identity, consortium)) {
      JobId id = submit(api, manifest, prepared, random);
      JobView ended = follow(api, id);
      prepared.forget(name, manifest);
      out.println(json ? Json.mapperCopy().writeValueAsString(ended) : text(ended));
      out.flush();
      return ended.exitCode();
    } catch (CommandException e) {
      throw new UserException(exit(e), String.valueOf(e.getMessage()), e);
    }
  }

  private void requireParty(Identity identity, PartyConfig party) throws UserException {
    if (identity.principal().role() != Role.PARTY) {
      throw new UserException(
          ExitCode.NOT_ALLOWED,
          "The certificate in "
              + party.identity()
              + " is of "
              + identity.principal()
              + "; only a party can import a model.");
    }
    if (!Principal.isName(name)) {
      throw new UserException(
          ExitCode.BAD_DATA,
          "--name should be a small letter followed by up to 38 small letters, digits or"
              + " hyphens.");
    }
  }

  private ImportManifest manifest(SharedNetwork network, String self, Consortium consortium)
      throws UserException, IOException {
    List<String> three = computeParties.isEmpty() ? consortium.partyNames() : computeParties;
    if (three.size() != COMPUTE_PARTIES) {
      throw new UserException(
          ExitCode.BAD_DATA,
          "Three parties keep the shares; say which with --compute-parties. There are "
              + String.join(", ", consortium.partyNames())
              + ".");
    }
    Set<String> parties = new LinkedHashSet<>(three);
    parties.add(self);
    boolean open = network.description().publicWeights();
    return new ImportManifest(
        name,
        purpose,
        List.copyOf(parties),
        three,
        self,
        network.description(),
        classes == null ? List.of() : Files.readAllLines(classes),
        pixels(),
        clients,
        ImportManifest.disclosures(open));
  }

  private NetworkCard.Pixels pixels() throws UserException {
    try {
      return new NetworkCard.Pixels(white, mean, deviation);
    } catch (IllegalArgumentException e) {
      throw new UserException(
          ExitCode.BAD_DATA, "--white, --mean and --deviation are numbers, deviations not 0.", e);
    }
  }

  /** What this party itself forbids need not be asked of the others. */
  private static void requireAllowed(SitePolicy policy, ImportPlan plan) throws UserException {
    if (plan.decide(policy, new OwnData.None())
        instanceof PolicyDecision.Refuse(List<String> reasons)) {
      throw new UserException(
          ExitCode.NOT_ALLOWED, "This party's own policy forbids it. " + String.join(" ", reasons));
    }
  }

  private JobId submit(
      ApiClient api, byte[] manifest, PreparedImports prepared, SecureRandom random)
      throws CommandException, IOException {
    JobId id = JobId.random(random);
    Clock clock = Clock.systemUTC();
    try {
      JobView _ =
          Submission.of(api.identity(), id, manifest, clock)
              .send(api, System.err, clock, "consilium party audit --config " + config);
    } catch (CommandException e) {
      // A job that may be there after all still needs what was kept for it.
      if (e.exitCode() != ExitCode.NOT_READY.code()) {
        prepared.forget(name, manifest);
      }
      throw e;
    }
    System.err.println("job " + id + " submitted");
    return id;
  }

  /**
   * A job goes on whether or not somebody looks, so what its node needs stays until it has ended.
   */
  private JobView follow(ApiClient api, JobId id) throws CommandException {
    return new Follower(api, Clock.systemUTC(), System.err)
        .follow(id, "consilium party audit --config " + config)
        .job();
  }

  private static ExitCode exit(CommandException e) {
    for (ExitCode code : ExitCode.values()) {
      if (code.code() == e.exitCode()) {
        return code;
      }
    }
    return ExitCode.INTERNAL;
  }

  private static String text(JobView job) {
    return job.model()
        .map(model ->
            "model %s version %s is kept as shares at %s"
                .formatted(model.name(), model.version(), String.join(", ", job.computeParties())))
        .orElseGet(() ->
            "job %s: %s%s"
                .formatted(
                    job.id(),
                    job.status(),
                    job.failure().map(why -> ". " + why.reason()).orElse("")));
  }
}
