package io.consilium.training;

import java.util.List;
import java.util.Optional;

/** The shared rows of all sites, in the order of the plan. */
public record SecureDataSet(List<Site> sites) {
  public SecureDataSet {
    sites = List.copyOf(sites);
  }

  /**
   * What one site shares.
   *
   * @param training absent only if the site has no training rows
   * @param validation rows kept aside for the metrics
   */
  public record Site(Optional<SecurePart> training, Optional<SecurePart> validation) {}

  List<SecurePart> training() {
    return sites.stream().flatMap(site -> site.training().stream()).toList();
  }

  List<SecurePart> validation() {
    return sites.stream().flatMap(site -> site.validation().stream()).toList();
  }

  /**
   * Refuses data that is not what was planned.
   *
   * @throws IllegalArgumentException naming the site and the tensor
   */
  void requireFits(TrainingPlan plan) {
    DataLayout layout = plan.layout();
    if (sites.size() != layout.trainingRows().size()) {
      throw new IllegalArgumentException(
          sites.size() + " sites, not " + layout.trainingRows().size());
    }
    for (int i = 0; i < sites.size(); i++) {
      requireFits(plan, i, sites.get(i).training(), layout.trainingRows().get(i));
      requireFits(plan, i, sites.get(i).validation(), layout.validationRows().get(i));
    }
  }

  private static void requireFits(
      TrainingPlan plan, int site, Optional<SecurePart> part, int rows) {
    if (part.isEmpty() && rows > 0) {
      throw new IllegalArgumentException("site " + site + " shared nothing, not " + rows + " rows");
    }
    int features = plan.layout().features();
    part.ifPresent(p -> p.requireFits("site " + site + ":", plan.spec().model(), rows, features));
  }
}
