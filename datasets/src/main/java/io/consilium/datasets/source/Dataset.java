package io.consilium.datasets.source;

import com.fasterxml.jackson.databind.JsonNode;
import io.consilium.datasets.DataLimits;
import io.consilium.datasets.DatasetException;
import io.consilium.datasets.definition.DefinitionNode;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.schema.Column;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.Purpose;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A named data set of one site: a source and the query that maps the site's columns to a study
 * schema.
 *
 * <p>Files are read into memory as the table {@code source}; then the engine's access to files,
 * network and its own configuration is closed, and only then the query runs. A JDBC query runs in
 * the site's own database with the rights of the configured user.
 */
public final class Dataset {
  private static final String QUERY_OF_ALL = "SELECT * FROM source";
  private static final int QUERY_CHARS_MAX = 100_000;

  private final String name;
  private final DataSource source;
  private final String query;
  private final DataLimits limits;
  private final Optional<Admission> admission;

  private Dataset(
      String name,
      DataSource source,
      String query,
      DataLimits limits,
      Optional<Admission> admission) {
    this.name = name;
    this.source = source;
    this.query = query;
    this.limits = limits;
    this.admission = admission;
  }

  /**
   * A data set as an entry of {@code datasets.yaml} defines it.
   *
   * @param definition a mapping with the keys {@code source}, {@code query} and {@code admits}; see
   *     docs/data.md
   * @param path how errors name the definition
   * @param directory what relative paths in the definition are relative to
   */
  public static Dataset define(
      String name, JsonNode definition, String path, Path directory, DataLimits limits)
      throws InvalidDefinitionException {
    DefinitionNode dataset =
        DefinitionNode.of(definition, path, Set.of("source", "query", Admission.KEY));
    DataSource source = new SourceReader(directory).read(dataset);
    String query = dataset.optionalText("query").orElse(QUERY_OF_ALL);
    if (source instanceof DataSource.Jdbc && !dataset.has("query")) {
      throw new InvalidDefinitionException(path, "a jdbc source needs the key 'query'");
    }
    String start = query.strip().toUpperCase(Locale.ROOT);
    if (!(start.startsWith("SELECT") || start.startsWith("WITH"))
        || query.length() > QUERY_CHARS_MAX) {
      throw new InvalidDefinitionException(
          dataset.pathOf("query"), "must be one SELECT statement (it may start with WITH)");
    }
    return new Dataset(name, source, query, limits, Admission.read(dataset));
  }

  /**
   * A CSV file whose header names the columns of the schema, such as the questions of a client.
   *
   * @param schema if it has an image, that column of the file holds names of image files, relative
   *     to the folder of the CSV file and in it
   * @param missing texts that mean that a value is missing, besides blank ones
   */
  public static Dataset csv(StudySchema schema, Path file, Set<String> missing, DataLimits limits) {
    Path list = file.toAbsolutePath().normalize();
    DataSource.Csv csv = new DataSource.Csv(list, ',', List.of(), Set.copyOf(missing));
    DataSource source =
        schema
            .image()
            .map(Column::name)
            .<DataSource>map(image -> new DataSource.Folder(list.getParent(), csv, image, image))
            .orElse(csv);
    return new Dataset(
        file.getFileName().toString(), source, QUERY_OF_ALL, limits, Optional.empty());
  }

  public String name() {
    return name;
  }

  /** What studies may read of it; without a declaration none may read anything. */
  public Optional<Admission> admission() {
    return admission;
  }

  /**
   * A text that is another one when a file of the source is; it stays at the site. Empty if only
   * reading would tell, as with a database.
   */
  public Optional<String> version() {
    return SourceFiles.version("data set " + name, source, limits.filesMax());
  }

  /**
   * Reads all records and checks them against the site's own declaration, of which every column is
   * read: whether this succeeds depends on the site alone, whatever study it is done for.
   *
   * @throws DatasetException as {@link #read}, and if there are fewer records than declared
   * @throws IllegalStateException if nothing is declared
   */
  public DataTable records() throws DatasetException {
    Admission declared = admission.orElseThrow(IllegalStateException::new);
    DataTable table = read(declared.columns().forReading(), Purpose.TRAINING);
    declared.requireRecords("data set " + name, table);
    return table;
  }

  /**
   * Reads all records and checks them against a schema.
   *
   * @throws DatasetException if a file or the database cannot be read, the query fails, or a record
   *     does not fit the schema
   */
  public DataTable read(StudySchema schema, Purpose purpose) throws DatasetException {
    String label = "data set " + name;
    QueryReader reader = new QueryReader(label, schema, purpose, source.missing(), limits);
    return switch (source) {
      case DataSource.Local local -> new FileEngine(label, local, limits).query(query, reader);
      case DataSource.Jdbc database -> new JdbcEngine(label, database, limits).query(query, reader);
    };
  }

  @Override
  public String toString() {
    return "Dataset[" + name + "]";
  }
}
