package io.consilium.datasets.schema;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;

/** The canonical JSON of a schema: equal schemas give equal bytes, however they were written. */
final class SchemaWriter {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private SchemaWriter() {}

  static ObjectNode write(List<Column> columns) {
    ArrayNode list = JSON.arrayNode();
    columns.forEach(column -> list.add(write(column)));
    ObjectNode schema = JSON.objectNode();
    schema.set("columns", list);
    return schema;
  }

  static ObjectNode write(Column column) {
    ObjectNode node = JSON.objectNode();
    node.put("name", column.name());
    node.put("role", column.role().toString());
    if (column.role() == Role.FEATURE) {
      node.put("missing", column.missing().toString());
    }
    switch (column.type()) {
      case ColumnType.Numeric numeric -> {
        node.put("type", numeric.whole() ? "integer" : "number");
        numeric.unit().ifPresent(unit -> node.put("unit", unit));
        putNumber(node, "min", numeric.min());
        putNumber(node, "max", numeric.max());
      }
      case ColumnType.Category category -> {
        node.put("type", "category");
        ArrayNode categories = node.putArray("categories");
        category.categories().forEach(categories::add);
        if (column.role() == Role.FEATURE) {
          node.put("encoding", category.encoding().toString());
        }
      }
      case ColumnType.Image image -> {
        node.put("type", "image")
            .put("height", image.height())
            .put("width", image.width())
            .put("maximum", image.maximum());
        if (image.minimum() != 0) {
          node.put("minimum", image.minimum());
        }
      }
      case ColumnType.Text _ -> node.put("type", "text");
    }
    return node;
  }

  /** 120 and 120.0 are the same bound and must give the same digest. */
  private static void putNumber(ObjectNode node, String key, double value) {
    BigDecimal shortest = BigDecimal.valueOf(value).stripTrailingZeros();
    if (shortest.scale() <= 0 && Math.abs(value) < 1e15) {
      node.put(key, shortest.longValueExact());
    } else {
      node.put(key, value);
    }
  }
}
