package io.consilium.party.plan;

import io.consilium.datasets.source.Admission;
import io.consilium.datasets.source.Dataset;
import io.consilium.datasets.source.SiteDatasets;
import io.consilium.party.manifest.Manifest;
import io.consilium.party.policy.OwnData;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a site has written down about its data sets. Asked about a job, it answers without reading a
 * record.
 *
 * @param site this party's name
 * @param datasets none if the party only computes
 */
public record SiteDeclarations(String site, Optional<SiteDatasets> datasets) {

  /**
   * What is declared about the data set of a job.
   *
   * @param folds of its cross-validation
   */
  OwnData of(Manifest manifest, OptionalInt folds) {
    if (!manifest.dataHolders().contains(site)) {
      return new OwnData.None();
    }
    return datasets
        .flatMap(all -> all.find(manifest.dataset()))
        .flatMap(Dataset::admission)
        .<OwnData>map(admission -> declared(admission, manifest, folds))
        .orElseGet(OwnData.Unknown::new);
  }

  private static OwnData declared(Admission admission, Manifest manifest, OptionalInt folds) {
    return new OwnData.Declared(
        admission.columns().refused(manifest.schema()),
        manifest.split().sizes(admission.records()),
        folds);
  }
}
