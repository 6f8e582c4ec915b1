/** The command line of the coordinator's operator and of the researcher. */
package io.consilium.coordinator.cli;
