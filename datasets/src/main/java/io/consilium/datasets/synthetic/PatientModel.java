package io.consilium.datasets.synthetic;

import io.consilium.datasets.split.SeededStream;
import java.util.ArrayList;
import java.util.List;

/**
 * How the patients of one hospital come about: findings depend on each other, and the disease on
 * the findings through a logistic model that is the same everywhere. What differs between hospitals
 * is who comes, how often the disease is met there, and how its instruments measure.
 */
final class PatientModel {
  private static final int CALIBRATION_PATIENTS = 4000;
  private static final int BISECTIONS = 50;
  private static final double INTERCEPT_MAX = 30;

  /** How strongly the disease follows the findings: at 1.5 a fitted model has an AUC near 0.88. */
  private static final double STRENGTH = 1.5;

  private final HospitalProfile profile;
  private final long seed;
  private final double intercept;

  PatientModel(HospitalProfile profile, long seed) {
    this.profile = profile;
    this.seed = seed;
    this.intercept = intercept();
  }

  List<Patient> patients() {
    SeededStream random = new SeededStream(seed, "patients/" + profile.name());
    List<Patient> patients = new ArrayList<>();
    for (int i = 0; i < profile.rows(); i++) {
      Patient patient = findings(random);
      boolean disease = random.nextDouble() < sigmoid(intercept + score(patient));
      patients.add(asRecorded(patient, disease, random));
    }
    return patients;
  }

  /** Finds the intercept with which the disease is as frequent as the profile says. */
  private double intercept() {
    SeededStream random = new SeededStream(seed, "calibration/" + profile.name());
    double[] scores = new double[CALIBRATION_PATIENTS];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = score(findings(random));
    }
    double low = -INTERCEPT_MAX;
    double high = INTERCEPT_MAX;
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      double mean = 0;
      for (double score : scores) {
        mean += sigmoid(middle + score) / scores.length;
      }
      if (mean < profile.prevalence()) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** A patient as they are, before the hospital measures anything. */
  private Patient findings(SeededStream random) {
    int age =
        (int)
            Math.rint(
                clamp(profile.ageMean() + profile.ageDeviation() * random.nextGaussian(), 29, 90));
    boolean male = random.nextDouble() < profile.maleShare();
    double strain = 0.03 * (age - 55) + (male ? 0.3 : -0.1) + random.nextGaussian();
    boolean exerciseAngina = random.nextDouble() < sigmoid(-1.1 + 0.7 * strain);
    double wave = random.nextDouble();
    return new Patient(
        age,
        male,
        chestPain(strain + 0.5 * random.nextGaussian()),
        clamp(130 + 0.5 * (age - 55) + 16 * random.nextGaussian(), 85, 215),
        clamp(245 + 0.4 * (age - 55) - (male ? 12 : 0) + 48 * random.nextGaussian(), 110, 570),
        random.nextDouble() < sigmoid(-1.9 + 0.03 * (age - 55)) ? 1 : 0,
        wave < 0.52 ? 0 : wave < 0.62 ? 1 : 2,
        clamp(
            152 - 0.9 * (age - 55) - (exerciseAngina ? 9 : 0) + 19 * random.nextGaussian(),
            65,
            210),
        exerciseAngina,
        clamp(0.7 + 0.3 * strain + (exerciseAngina ? 0.5 : 0) + random.nextGaussian(), 0, 7),
        false);
  }

  private static int chestPain(double strain) {
    if (strain > 0.2) {
      return 4;
    }
    return strain > -0.7 ? 3 : strain > -1.6 ? 2 : 1;
  }

  /** The ground truth, up to the intercept. */
  private static double score(Patient patient) {
    double pain =
        switch (patient.chestPain()) {
          case 2 -> -0.6;
          case 3 -> -0.4;
          case 4 -> 1.1;
          default -> 0;
        };
    return STRENGTH
        * (pain
            + 0.03 * (patient.age() - 55)
            + (patient.male() ? 0.9 : 0)
            + 0.014 * (patient.pressure() - 130)
            + 0.005 * (patient.cholesterol() - 245)
            + 0.4 * patient.highSugar()
            + (patient.ecg() == 2 ? 0.3 : 0)
            - 0.025 * (patient.maxHeartRate() - 150)
            + (patient.exerciseAngina() ? 0.9 : 0)
            + 0.55 * patient.depression());
  }

  /** The record as this hospital measures it, with what it failed to measure. */
  private Patient asRecorded(Patient patient, boolean disease, SeededStream random) {
    return new Patient(
        patient.age(),
        patient.male(),
        patient.chestPain(),
        orMissing(Math.rint(patient.pressure() + profile.pressureBias()), 0.7, random),
        orMissing(Math.rint(patient.cholesterol() + profile.cholesterolBias()), 1.6, random),
        orMissing(patient.highSugar(), 1.2, random),
        patient.ecg(),
        orMissing(Math.rint(patient.maxHeartRate()), 0.5, random),
        patient.exerciseAngina(),
        orMissing(Math.rint(10 * patient.depression()) / 10, 1, random),
        disease);
  }

  private double orMissing(double value, double factor, SeededStream random) {
    return random.nextDouble() < factor * profile.missingShare() ? Double.NaN : value;
  }

  private static double clamp(double value, double min, double max) {
    return Math.max(min, Math.min(max, value));
  }

  private static double sigmoid(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }
}
