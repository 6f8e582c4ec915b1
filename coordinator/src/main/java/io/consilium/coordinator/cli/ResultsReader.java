package io.consilium.coordinator.cli;

import io.consilium.coordinator.cli.CheckedResults.State;
import io.consilium.coordinator.contract.Document;
import io.consilium.coordinator.contract.DocumentException;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.coordinator.contract.ReportDocument.Succeeded;
import io.consilium.coordinator.contract.Results;
import io.consilium.coordinator.contract.ResultsBox;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.coordinator.identity.Trust;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Opens the results of jobs and believes them only if each of the three compute parties has signed
 * the same. The coordinator relays the reports and may have changed, swapped, replayed or dropped
 * them: the signatures say who wrote a report and for which job, and the key from the researcher's
 * own files says which three must have.
 */
public final class ResultsReader {
  private final Trust trust;
  private final ResultKeys keys;

  /** The latest report of each party that was seen, of all jobs: none goes back to an older one. */
  private final Map<String, Long> sequences = new HashMap<>();

  /**
   * A reader.
   *
   * @param trust whose signatures count
   */
  public ResultsReader(Trust trust, ResultKeys keys) {
    this.trust = trust;
    this.keys = keys;
  }

  /** A report whose signature fits, opened. */
  private record Said(ReportDocument report, String planDigest, Results results) {}

  /**
   * Opens and compares.
   *
   * @param asked the job that was asked for
   * @param job what the coordinator answered
   */
  public CheckedResults read(JobId asked, JobView job) throws CommandException {
    Optional<ResultKey> key = keys.find(asked);
    if (key.isEmpty()) {
      return job.reports().stream().anyMatch(this::hasResults)
          ? CheckedResults.without(State.NO_KEY, job.computeParties(), List.of(lost(asked)))
          : CheckedResults.without(State.NONE, List.of(), List.of());
    }
    return new Reading(key.get(), asked, job).checked();
  }

  private boolean hasResults(SignedDocument signed) {
    try {
      return Document.verify(trust, signed, ReportDocument.class).content().results().isPresent();
    } catch (DocumentException e) {
      // Nothing that anybody could open.
      return false;
    }
  }

  private String lost(JobId id) {
    return "The results are sealed to a key that was made where the job was submitted, and "
        + keys.file(id)
        + " is not there. Nobody else can open them: look for the file, or submit the job again.";
  }

  /** One job's reports. */
  private final class Reading {
    private final ResultKey key;
    private final JobId asked;
    private final JobView job;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Said> said = new LinkedHashMap<>();

    Reading(ResultKey key, JobId asked, JobView job) {
      this.key = key;
      this.asked = asked;
      this.job = job;
    }

    CheckedResults checked() {
      if (!job.id().equals(asked)) {
        problems.add("The coordinator answers with job " + job.id() + " instead of " + asked + ".");
      }
      job.reports().forEach(this::take);
      boolean succeeded = job.status() == JobStatus.SUCCEEDED;
      if (succeeded) {
        key.computeParties().forEach(this::requireFinal);
      }
      requireSameAttempt();
      List<Results> all = said.values().stream().map(Said::results).toList();
      if (problems.isEmpty()) {
        problems.addAll(Disagreement.of(resultsOfParties(), succeeded));
      }
      if (!problems.isEmpty()) {
        return CheckedResults.without(State.REFUSED, key.computeParties(), problems);
      }
      return said.size() < key.computeParties().size()
          ? CheckedResults.without(State.WAITING, key.computeParties(), List.of())
          : new CheckedResults(
              State.AGREED, key.computeParties(), Disagreement.common(all), List.of());
    }

    private Map<String, Results> resultsOfParties() {
      Map<String, Results> results = new LinkedHashMap<>();
      said.forEach((party, what) -> results.put(party, what.results()));
      return results;
    }

    private void take(SignedDocument signed) {
      try {
        Document.From<ReportDocument> from = Document.verify(trust, signed, ReportDocument.class);
        ReportDocument report = from.content();
        if (!from.author().equals(Principal.party(report.party()))) {
          problems.add("A report of " + report.party() + " is signed by " + from.author() + ".");
        } else if (!key.computeParties().contains(report.party())) {
          problems.add(report.party() + " is no compute party of this job, but reports results.");
        } else if (!report.jobId().equals(asked)) {
          problems.add(
              "The report of " + report.party() + " is of job " + report.jobId() + ", not this.");
        } else if (said.containsKey(report.party())) {
          problems.add("There are two reports of " + report.party() + ".");
        } else {
          requireNotOlder(report);
          open(report);
        }
      } catch (DocumentException e) {
        problems.add(String.valueOf(e.getMessage()));
      } catch (IllegalArgumentException e) {
        problems.add("A report names no party.");
      }
    }

    private void requireNotOlder(ReportDocument report) {
      String stream = asked + " " + report.attempt() + " " + report.party();
      Long seen = sequences.get(stream);
      if (seen != null && report.sequence() < seen) {
        problems.add(
            "The coordinator shows an older report of " + report.party() + " than it did before.");
      } else {
        sequences.put(stream, report.sequence());
      }
    }

    /** A report without results is one of a party that has computed nothing yet. */
    private void open(ReportDocument report) throws DocumentException {
      if (report.results().isPresent()) {
        Results results = ResultsBox.open(report, report.results().get(), key.privateKey());
        said.put(report.party(), new Said(report, report.results().get().planDigest(), results));
      }
    }

    private void requireFinal(String party) {
      Said last = said.get(party);
      if (last == null) {
        problems.add("The results of " + party + " are missing.");
      } else if (!(last.report().content() instanceof Succeeded done)) {
        problems.add("The last report of " + party + " is missing; an earlier one is shown.");
      } else if (!Optional.of(done.model()).equals(job.model())) {
        problems.add(party + " stored another model than the coordinator says.");
      }
    }

    private void requireSameAttempt() {
      long attempts =
          said.values().stream().map(what -> what.report().attempt()).distinct().count();
      long plans = said.values().stream().map(Said::planDigest).distinct().count();
      if (attempts > 1) {
        problems.add("The reports are of different attempts.");
      }
      if (plans > 1) {
        problems.add("The compute parties ran different plans.");
      }
    }
  }
}
