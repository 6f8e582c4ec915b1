package io.consilium.datasets.synthetic;

import io.consilium.datasets.split.SeededStream;
import java.util.ArrayList;
import java.util.List;

/**
 * What makes one made-up hospital different from the others.
 *
 * @param name the hospital's name
 * @param rows records it has
 * @param ageMean mean age of its patients in years
 * @param ageDeviation standard deviation of the age in years
 * @param maleShare part of its patients that are men
 * @param prevalence part of its patients that have the disease, about
 * @param missingShare part of the measurements that are missing, about
 * @param pressureBias what its instruments add to the blood pressure, in mmHg
 * @param cholesterolBias what its laboratory adds to the cholesterol, in mg/dl
 * @param convention how it writes its records down
 */
public record HospitalProfile(
    String name,
    int rows,
    double ageMean,
    double ageDeviation,
    double maleShare,
    double prevalence,
    double missingShare,
    double pressureBias,
    double cholesterolBias,
    Convention convention) {
  private static final int HOSPITALS_MAX = 26;
  private static final int ROWS_MIN = 20;

  /** A general hospital, a day clinic, a heart centre and a veterans' hospital. */
  private static final List<HospitalProfile> KINDS =
      List.of(
          new HospitalProfile("", 420, 55, 9, 0.66, 0.46, 0.03, 0, 0, Convention.PLAIN),
          new HospitalProfile("", 260, 48, 8, 0.58, 0.30, 0.09, 4, -8, Convention.WORDS),
          new HospitalProfile("", 180, 61, 8, 0.74, 0.66, 0.05, -3, 12, Convention.HEADERLESS),
          new HospitalProfile("", 340, 64, 7, 0.95, 0.55, 0.12, 2, 5, Convention.WORDS));

  /**
   * Hospitals {@code hospital-a}, {@code hospital-b}, ... of different sizes and case mix. The
   * first four are of four kinds; later ones are of the same kinds with their numbers varied.
   *
   * @param count from 1 to 26
   * @param rows records of all hospitals together; at least 20 for each
   */
  public static List<HospitalProfile> several(int count, int rows, long seed) {
    if (count < 1 || count > HOSPITALS_MAX || rows < (long) count * ROWS_MIN) {
      throw new IllegalArgumentException(
          "needs 1 to " + HOSPITALS_MAX + " hospitals of " + ROWS_MIN + " rows or more");
    }
    SeededStream random = new SeededStream(seed, "profiles");
    List<HospitalProfile> profiles = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      HospitalProfile kind = KINDS.get(i % KINDS.size());
      profiles.add(i < KINDS.size() ? kind : kind.varied(random));
    }
    return shareOut(profiles, rows);
  }

  HospitalProfile named(String newName, int newRows) {
    return new HospitalProfile(
        newName,
        newRows,
        ageMean,
        ageDeviation,
        maleShare,
        prevalence,
        missingShare,
        pressureBias,
        cholesterolBias,
        convention);
  }

  private HospitalProfile varied(SeededStream random) {
    return new HospitalProfile(
        name,
        (int) (rows * (0.7 + 0.6 * random.nextDouble())),
        ageMean + 2 * random.nextGaussian(),
        ageDeviation,
        Math.min(0.95, maleShare * (0.9 + 0.2 * random.nextDouble())),
        prevalence * (0.85 + 0.3 * random.nextDouble()),
        missingShare * (0.5 + random.nextDouble()),
        pressureBias + 2 * random.nextGaussian(),
        cholesterolBias + 4 * random.nextGaussian(),
        convention);
  }

  /** Gives each hospital its part of the rows; what rounding leaves goes to the first. */
  private static List<HospitalProfile> shareOut(List<HospitalProfile> profiles, int rows) {
    long weights = profiles.stream().mapToLong(HospitalProfile::rows).sum();
    int spare = rows - profiles.size() * ROWS_MIN;
    int[] parts =
        profiles.stream()
            .mapToInt(profile -> ROWS_MIN + (int) ((long) spare * profile.rows() / weights))
            .toArray();
    for (int i = 0; i < parts.length; i++) {
      rows -= parts[i];
    }
    parts[0] += rows;
    List<HospitalProfile> shared = new ArrayList<>();
    for (int i = 0; i < parts.length; i++) {
      shared.add(profiles.get(i).named("hospital-" + (char) ('a' + i), parts[i]));
    }
    return shared;
  }
}
