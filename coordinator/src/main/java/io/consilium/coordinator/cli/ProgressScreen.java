package io.consilium.coordinator.cli;

import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.ReportDocument.Phase;
import io.consilium.coordinator.contract.ReportDocument.Progress;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows a job's progress on standard error: a bar on a terminal, else a line per change of state
 * and per epoch.
 */
final class ProgressScreen implements AutoCloseable {

  private final PrintStream out;
  private final boolean terminal;
  private final Pace pace = new Pace();
  private Optional<ProgressBar> bar = Optional.empty();
  private String lastLine = "";
  private String lastEpoch = "";
  private List<String> lastProblems = List.of();

  ProgressScreen(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  void show(JobView job, CheckedResults checked, Instant now) {
    warn(checked);
    Optional<Progress> training =
        job.progress().filter(progress -> progress.phase() == Phase.TRAINING);
    if (job.status().isRunning() && training.isPresent()) {
      show(job, training.get(), checked, now);
    } else {
      line(job.status() + ": " + Table.printable(Texts.state(job)));
    }
  }

  /** What is wrong with the results is said at once. */
  private void warn(CheckedResults checked) {
    if (!checked.problems().isEmpty() && !checked.problems().equals(lastProblems)) {
      lastProblems = checked.problems();
      close();
      out.println(ResultsText.of(checked));
    }
  }

  private void show(JobView job, Progress progress, CheckedResults checked, Instant now) {
    String text = Texts.progress(job, progress, checked.results(), pace.remaining(progress, now));
    String epoch = progress.fold() + "/" + progress.epoch();
    if (terminal) {
      bar(Pace.total(progress)).stepTo(Pace.done(progress)).setExtraMessage(" " + text);
    } else if (!epoch.equals(lastEpoch)) {
      lastEpoch = epoch;
      line("TRAINING: " + text);
    }
  }

  private ProgressBar bar(long total) {
    if (bar.isEmpty()) {
      bar =
          Optional.of(
              new ProgressBarBuilder()
                  .setTaskName("training")
                  .setInitialMax(total)
                  .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                  .hideEta()
                  .setConsumer(new ConsoleProgressBarConsumer(out))
                  .build());
    }
    return bar.get();
  }

  private void line(String text) {
    if (!text.equals(lastLine)) {
      close();
      lastLine = text;
      out.println(text);
    }
  }

  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
    bar = Optional.empty();
  }
}
