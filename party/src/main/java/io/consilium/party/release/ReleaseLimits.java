package io.consilium.party.release;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How often nearly the same records may be used. Whoever computes twice over records that differ in
 * one of them learns about that one from the difference of the results; so does whoever divides the
 * same records twice in slightly different ways.
 *
 * @param releasesMax jobs on nearly the same records
 * @param splitsMax different divisions of them
 * @param farRecords data sets whose numbers of records differ by so many are not nearly the same:
 *     at least so many records are only in one of them
 */
public record ReleaseLimits(int releasesMax, int splitsMax, long farRecords) {

  /** Whether one more job keeps the limits; a job that is there already does, divided alike. */
  public boolean admit(Collection<Release> past, Release next) {
    List<Release> near = past.stream().filter(release -> isNear(release, next)).toList();
    List<Release> same = past.stream().filter(one -> one.job().equals(next.job())).toList();
    if (!same.isEmpty()) {
      return same.stream().allMatch(one -> one.split().equals(next.split()) && isNear(one, next));
    }
    Set<String> splits = near.stream().map(Release::split).collect(Collectors.toSet());
    splits.add(next.split());
    return near.size() < releasesMax && splits.size() <= splitsMax;
  }

  private boolean isNear(Release one, Release other) {
    return Math.abs((long) one.records() - other.records()) < farRecords;
  }
}
