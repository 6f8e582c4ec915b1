package io.consilium.party.rehearsal;

import io.consilium.datasets.DatasetException;
import io.consilium.datasets.source.Dataset;
import io.consilium.datasets.source.SiteDatasets;
import io.consilium.datasets.table.DataTable;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.consilium.party.job.SiteRecords;
import io.consilium.party.manifest.Manifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Where the records of each data holder are: a {@code datasets.yaml} of its own, with the data set
 * of the study, or one for all holders, with a data set for each that has the holder's name.
 */
public final class RehearsalData {
  private final Map<String, Path> own;
  private final Optional<Path> shared;

  private RehearsalData(Map<String, Path> own, Optional<Path> shared) {
    this.own = own;
    this.shared = shared;
  }

  /**
   * Reads options such as {@code hospital-a=a/datasets.yaml} or {@code datasets.yaml}.
   *
   * @throws UserException if a data holder of the study has no records or two sources
   */
  public static RehearsalData parse(List<String> options, List<String> holders)
      throws UserException {
    Map<String, Path> own = new LinkedHashMap<>();
    Optional<Path> shared = Optional.empty();
    for (String option : options) {
      int equals = option.indexOf('=');
      boolean first;
      if (equals < 0) {
        first = shared.isEmpty();
        shared = Optional.of(Path.of(option));
      } else {
        String holder = option.substring(0, equals);
        if (!holders.contains(holder)) {
          throw usage(
              "--data " + option + ": the study has the data holders " + listed(holders) + ".");
        }
        first = own.put(holder, Path.of(option.substring(equals + 1))) == null;
      }
      if (!first) {
        throw usage("--data " + option + " is said twice.");
      }
    }
    List<String> missing = holders.stream().filter(holder -> !own.containsKey(holder)).toList();
    if (shared.isEmpty() && !missing.isEmpty()) {
      throw usage(
          "Say with --data "
              + missing.getFirst()
              + "=datasets.yaml where the records of "
              + listed(missing)
              + " are.");
    }
    return new RehearsalData(own, shared);
  }

  /** One data holder's records. */
  record Holding(String holder, SiteRecords records) {}

  /**
   * Reads, checks, divides and encodes the records of every data holder, as each would.
   *
   * @param recordsMax of each holder, the first ones
   */
  List<Holding> read(Manifest manifest, OptionalInt recordsMax) throws UserException {
    List<Holding> holdings = new ArrayList<>();
    for (String holder : manifest.dataHolders()) {
      try {
        DataTable table = SiteRecords.table(dataset(holder, manifest), manifest);
        int rows = Math.min(table.rows(), recordsMax.orElse(Integer.MAX_VALUE));
        DataTable taken = table.select(IntStream.range(0, rows).toArray());
        holdings.add(new Holding(holder, SiteRecords.of(taken, manifest, holder)));
      } catch (DatasetException e) {
        throw new UserException(ExitCode.BAD_DATA, holder + ": " + e.getMessage(), e);
      }
    }
    return holdings;
  }

  private Dataset dataset(String holder, Manifest manifest) throws DatasetException {
    return own.containsKey(holder)
        ? SiteDatasets.load(own.get(holder)).dataset(manifest.dataset())
        : SiteDatasets.load(shared.orElseThrow()).dataset(holder);
  }

  private static String listed(List<String> names) {
    return String.join(", ", names);
  }

  private static UserException usage(String sentence) {
    return new UserException(ExitCode.USAGE, sentence);
  }
}
