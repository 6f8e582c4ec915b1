/**
 * Networks of images as their papers define them, written as ONNX models with made-up weights: what
 * a secure prediction costs does not depend on the weights.
 */
package io.consilium.bench.networks;
