/** Public, reproducible choices: which records are for training and which for testing. */
package io.consilium.datasets.split;
