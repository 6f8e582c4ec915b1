/** The files that people write: read strictly, refused with the place and the remedy. */
package io.consilium.coordinator.config;
