package io.consilium.datasets.source;

import io.consilium.datasets.DataLimits;
import io.consilium.datasets.definition.DefinitionNode;
import io.consilium.datasets.definition.Documents;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.definition.Suggestion;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The {@code datasets.yaml} of a site. It never leaves the site. */
public final class SiteDatasets {
  private static final int DATASETS_MAX = 1000;
  private static final int MEMORY_MEGABYTES_MAX = 1 << 20;

  private final String file;
  private final Map<String, Dataset> datasets;

  private SiteDatasets(String file, Map<String, Dataset> datasets) {
    this.file = file;
    this.datasets = datasets;
  }

  /** Reads a file; paths in it are relative to the directory it is in. */
  public static SiteDatasets load(Path file) throws InvalidDefinitionException {
    String name = file.toString();
    DefinitionNode root =
        DefinitionNode.of(Documents.read(file), name, Set.of("datasets", "limits"));
    DataLimits limits = limits(root);
    DefinitionNode entries = DefinitionNode.mapping(root.required("datasets"), "datasets");
    if (entries.keys().size() > DATASETS_MAX) {
      throw new InvalidDefinitionException(name, "more than " + DATASETS_MAX + " data sets");
    }
    Path directory = file.toAbsolutePath().getParent();
    Map<String, Dataset> datasets = new LinkedHashMap<>();
    for (String key : entries.keys()) {
      String path = name + ": " + entries.pathOf(key);
      datasets.put(key, Dataset.define(key, entries.required(key), path, directory, limits));
    }
    return new SiteDatasets(name, datasets);
  }

  public Set<String> names() {
    return Set.copyOf(datasets.keySet());
  }

  /** The data set of a name, for answers that may not tell which names there are. */
  public Optional<Dataset> find(String name) {
    return Optional.ofNullable(datasets.get(name));
  }

  /**
   * The data set of a name, for the people of the site.
   *
   * @throws InvalidDefinitionException if there is no data set of that name
   */
  public Dataset dataset(String name) throws InvalidDefinitionException {
    Dataset dataset = datasets.get(name);
    if (dataset == null) {
      throw new InvalidDefinitionException(
          file, "has no data set '" + name + "'" + Suggestion.hint(name, datasets.keySet()));
    }
    return dataset;
  }

  private static DataLimits limits(DefinitionNode root) throws InvalidDefinitionException {
    DataLimits limits = DataLimits.defaults();
    if (!root.has("limits")) {
      return limits;
    }
    DefinitionNode given = root.object("limits", Set.of("memoryMegabytes", "rows", "querySeconds"));
    if (given.has("memoryMegabytes")) {
      limits =
          limits.withMemoryMegabytesMax(given.integer("memoryMegabytes", 64, MEMORY_MEGABYTES_MAX));
    }
    if (given.has("rows")) {
      limits = limits.withRowsMax(given.integer("rows", 1, Integer.MAX_VALUE - 8));
    }
    if (given.has("querySeconds")) {
      limits = limits.withQuerySecondsMax(given.integer("querySeconds", 1, 86_400));
    }
    return limits;
  }
}
