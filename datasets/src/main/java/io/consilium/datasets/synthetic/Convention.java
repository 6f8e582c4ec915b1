package io.consilium.datasets.synthetic;

import com.fasterxml.jackson.databind.JsonNode;
import io.consilium.datasets.definition.Documents;
import io.consilium.datasets.definition.InvalidDefinitionException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a hospital writes its records down, and the definition that maps them to the study's schema.
 */
public enum Convention {
  /** The names and codes of the schema; a missing value is blank. */
  PLAIN(
      "age,sex,cp,trestbps,chol,fbs,restecg,thalach,exang,oldpeak,disease",
      """
      source: {type: csv, path: heart.csv}
      query: SELECT * FROM source
      """) {
    @Override
    String line(Patient patient) {
      return String.join(
          ",",
          Integer.toString(patient.age()),
          code(patient.male()),
          Integer.toString(patient.chestPain()),
          whole(patient.pressure(), ""),
          whole(patient.cholesterol(), ""),
          whole(patient.highSugar(), ""),
          Integer.toString(patient.ecg()),
          whole(patient.maxHeartRate(), ""),
          code(patient.exerciseAngina()),
          decimal(patient.depression(), 1, ""),
          code(patient.disease()));
    }
  },

  /** Its own names, words for codes, semicolons; a missing value is a question mark. */
  WORDS(
      "patient_age;gender;chest_pain;resting_bp;cholesterol;high_sugar;resting_ecg;max_heart_rate;"
          + "exercise_angina;st_depression;diagnosis",
      """
      source: {type: csv, path: heart.csv, delimiter: ";", missing: ["?"]}
      query: |
        SELECT patient_age AS age,
               CASE gender WHEN 'F' THEN '0' WHEN 'M' THEN '1' ELSE gender END AS sex,
               CASE chest_pain WHEN 'typical' THEN '1' WHEN 'atypical' THEN '2'
                               WHEN 'other' THEN '3' WHEN 'none' THEN '4'
                               ELSE chest_pain END AS cp,
               resting_bp AS trestbps,
               cholesterol AS chol,
               CASE high_sugar WHEN 'no' THEN '0' WHEN 'yes' THEN '1' ELSE high_sugar END AS fbs,
               resting_ecg AS restecg,
               max_heart_rate AS thalach,
               CASE exercise_angina WHEN 'no' THEN '0' WHEN 'yes' THEN '1'
                                    ELSE exercise_angina END AS exang,
               st_depression AS oldpeak,
               CASE diagnosis WHEN 'healthy' THEN '0' WHEN 'disease' THEN '1'
                              ELSE diagnosis END AS disease
        FROM source
      """) {
    @Override
    String line(Patient patient) {
      return String.join(
          ";",
          Integer.toString(patient.age()),
          patient.male() ? "M" : "F",
          List.of("typical", "atypical", "other", "none").get(patient.chestPain() - 1),
          whole(patient.pressure(), "?"),
          whole(patient.cholesterol(), "?"),
          Double.isNaN(patient.highSugar()) ? "?" : patient.highSugar() > 0 ? "yes" : "no",
          Integer.toString(patient.ecg()),
          whole(patient.maxHeartRate(), "?"),
          patient.exerciseAngina() ? "yes" : "no",
          decimal(patient.depression(), 1, "?"),
          patient.disease() ? "disease" : "healthy");
    }
  },

  /** No header, another order, cholesterol in mmol/l; a missing value is -9. */
  HEADERLESS(
      "",
      """
      source:
        type: csv
        path: heart.csv
        header: false
        columns: [num, sex, age, cp, chol_mmol, trestbps, thalach, oldpeak, exang, fbs, restecg]
        missing: ["-9"]
      query: |
        SELECT age, sex, cp, trestbps,
               CAST(chol_mmol AS DOUBLE) * 38.67 AS chol,
               fbs, restecg, thalach, exang, oldpeak,
               num AS disease
        FROM source
      """) {
    @Override
    String line(Patient patient) {
      return String.join(
          ",",
          code(patient.disease()),
          code(patient.male()),
          Integer.toString(patient.age()),
          Integer.toString(patient.chestPain()),
          decimal(patient.cholesterol() / MG_PER_DL, 2, "-9"),
          whole(patient.pressure(), "-9"),
          whole(patient.maxHeartRate(), "-9"),
          decimal(patient.depression(), 1, "-9"),
          code(patient.exerciseAngina()),
          whole(patient.highSugar(), "-9"),
          Integer.toString(patient.ecg()));
    }
  };

  /** One mmol/l of cholesterol in mg/dl. */
  private static final double MG_PER_DL = 38.67;

  private final String header;
  private final String definition;

  Convention(String header, String definition) {
    this.header = header;
    this.definition = definition;
  }

  abstract String line(Patient patient);

  Optional<String> header() {
    return Optional.of(header).filter(line -> !line.isEmpty());
  }

  /** The data set's entry in {@code datasets.yaml}, for a file {@code heart.csv} beside it. */
  public JsonNode definition() {
    try {
      return Documents.parse(definition, "convention " + this);
    } catch (InvalidDefinitionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As {@link #definition}, in YAML. */
  String definitionText() {
    return definition;
  }

  private static String code(boolean flag) {
    return flag ? "1" : "0";
  }

  private static String whole(double value, String missing) {
    return Double.isNaN(value) ? missing : Long.toString((long) value);
  }

  private static String decimal(double value, int digits, String missing) {
    return Double.isNaN(value) ? missing : String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
