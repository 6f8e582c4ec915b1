/** Study definitions that ship with the project. */
package io.consilium.datasets.study;
