package io.consilium.party.serving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.consilium.inference.ModelCard;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * How far the storing of one version of a model has come at this party.
 *
 * @param job the job that made it
 * @param cardDigest SHA-256 of its card, hexadecimal
 * @param served whether it is to be put up for questions once it is settled
 */
record ModelStage(String job, String cardDigest, boolean served, Step step) {

  /** The steps, in order. */
  enum Step {
    /** Its shares may be on this disk, whole or not; nothing is known of the other two parties. */
    PREPARED,
    /** All three parties said that they have the same version on their disks. */
    CONFIRMED,
    /** The job is over and succeeded: the version counts. */
    SETTLED
  }

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  static ModelStage of(ModelCard card, boolean served, Step step) {
    return new ModelStage(card.jobId(), HexFormat.of().formatHex(card.digest()), served, step);
  }

  ModelStage at(Step later) {
    return new ModelStage(job, cardDigest, served, later);
  }

  boolean isOf(ModelCard card) {
    return job.equals(card.jobId())
        && Arrays.equals(HexFormat.of().parseHex(cardDigest), card.digest());
  }

  byte[] json() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of words always has a JSON form", e);
    }
  }

  static ModelStage parse(byte[] json) throws IOException {
    return JSON.readValue(json, ModelStage.class);
  }
}
