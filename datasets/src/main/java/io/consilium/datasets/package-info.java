/**
 * What a hospital does with its own records before anything is shared.
 *
 * <ul>
 *   <li>{@code schema}: the study schema, the same at every site, compared by its digest
 *   <li>{@code source}: the site's own files and databases, mapped to the schema by a query
 *   <li>{@code table}: typed rows, checked against the schema; problems name row, column and reason
 *   <li>{@code encoding}: scaling, one-hot coding and presence mask with ND4J
 *   <li>{@code split}: training and test rows by a public seed
 *   <li>{@code synthetic}: made-up hospitals for demonstrations
 *   <li>{@code study}: study definitions that ship with the project
 * </ul>
 *
 * <p>No error of this module contains the value of a record.
 */
package io.consilium.datasets;
