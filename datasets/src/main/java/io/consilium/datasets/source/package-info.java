/** A site's own files and databases, mapped to a study schema by a query. */
package io.consilium.datasets.source;
