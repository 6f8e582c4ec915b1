package io.consilium.party.job;

import io.consilium.datasets.split.DeclaredRecords;
import io.consilium.datasets.split.PartSizes;
import io.consilium.datasets.split.SplitRule;
import io.consilium.party.manifest.Manifest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Data sets whose records were as declared when they were read last. Whether they are depends on no
 * study, so that the next proposal need not read them again unless a file has changed. What is
 * shared is always read anew.
 *
 * <p>Safe for use by several threads.
 */
final class CheckedData {
  private static final int DATA_SETS_MAX = 256;

  private final Map<Key, Checked> known =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Checked> eldest) {
          return size() > DATA_SETS_MAX;
        }
      };

  /** A data set, and the column that divides it if there is one. */
  private record Key(String dataset, Optional<String> splitColumn) {
    static Key of(Manifest manifest) {
      return new Key(manifest.dataset(), manifest.schema().split().map(column -> column.name()));
    }
  }

  private record Checked(String version, PartSizes parts) {}

  synchronized void add(Manifest manifest, String version, PartSizes parts) {
    known.put(Key.of(manifest), new Checked(version, parts));
  }

  /** The sizes of a study's parts, if the files are still those that were read. */
  synchronized Optional<PartSizes> parts(Manifest manifest, String version) {
    Checked checked = known.get(Key.of(manifest));
    if (checked == null || !checked.version().equals(version)) {
      return Optional.empty();
    }
    return switch (manifest.split()) {
      case SplitRule.Given _ -> Optional.of(checked.parts());
      case SplitRule.Random random -> random.sizes(DeclaredRecords.of(checked.parts().total()));
    };
  }
}
