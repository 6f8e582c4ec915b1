package io.consilium.party.demo;

import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.study.Study;
import io.consilium.datasets.study.StudyCatalog;
import io.consilium.datasets.study.StudyHospital;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The study to run, checked before anything is started.
 *
 * @param data where the files of real records are
 * @param seeds one training each
 * @param alone whether each hospital's own model is trained, too
 */
record DemoStudy(Study study, Optional<Path> data, List<Long> seeds, boolean alone) {

  /** The most repetitions of a study. */
  static final int SEEDS_MAX = 50;

  /** The most made-up hospitals: each is a process of its own. */
  static final int HOSPITALS_MAX = 12;

  /** What the options ask for, or the sentence that says why not. */
  static DemoStudy choose(DemoOptions options) throws UserException {
    Study study = load(options);
    if (study.generator().isPresent()) {
      if (options.data().isPresent()) {
        throw usage("The study " + study.name() + " makes its own records; leave out --data.");
      }
    } else {
      if (options.hospitals().isPresent()) {
        throw usage("The study " + study.name() + " has its own hospitals; leave out --hospitals.");
      }
      requireFiles(study, options.data());
    }
    boolean alone = options.alone().orElse(study.effort().alone());
    return new DemoStudy(study, options.data(), seeds(study, options), alone);
  }

  private static Study load(DemoOptions options) throws UserException {
    try {
      if (options.hospitals().isEmpty()) {
        return StudyCatalog.load(options.study());
      }
      int hospitals = options.hospitals().getAsInt();
      if (hospitals < 1 || hospitals > HOSPITALS_MAX) {
        throw usage("--hospitals should be 1 to " + HOSPITALS_MAX + ".");
      }
      return StudyCatalog.load(options.study(), hospitals);
    } catch (InvalidDefinitionException e) {
      throw new UserException(
          ExitCode.USAGE,
          "There is no study \""
              + options.study()
              + "\"; there are "
              + String.join(", ", StudyCatalog.names())
              + ".",
          e);
    }
  }

  private static List<Long> seeds(Study study, DemoOptions options) throws UserException {
    int count = options.seeds().orElse(study.seeds().size());
    if (count < 1 || count > SEEDS_MAX) {
      throw usage("--seeds should be 1 to " + SEEDS_MAX + ".");
    }
    List<Long> seeds = new ArrayList<>(study.seeds());
    while (seeds.size() < count) {
      seeds.add(seeds.getLast() + 1);
    }
    return List.copyOf(seeds.subList(0, count));
  }

  private static void requireFiles(Study study, Optional<Path> data) throws UserException {
    Set<String> files = new LinkedHashSet<>();
    for (StudyHospital hospital : study.hospitals()) {
      files.addAll(study.files(hospital.name()));
    }
    String needed = "The study " + study.name() + " needs " + String.join(", ", files);
    if (data.isEmpty()) {
      throw usage(needed + "; say with --data DIR where they are.");
    }
    if (!Files.isDirectory(data.get())) {
      throw new UserException(
          ExitCode.BAD_DATA,
          data.get() + " is not a directory. " + needed + " in the directory given with --data.");
    }
    List<String> missing =
        files.stream().filter(file -> !Files.isReadable(data.get().resolve(file))).toList();
    if (!missing.isEmpty()) {
      throw new UserException(
          ExitCode.BAD_DATA,
          data.get()
              + " lacks "
              + String.join(", ", missing)
              + ", or this user may not read it. "
              + needed
              + ".");
    }
  }

  private static UserException usage(String sentence) {
    return new UserException(ExitCode.USAGE, sentence);
  }
}
