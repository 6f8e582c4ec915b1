/**
 * Straight-line programs over tensors: what networks are translated to. Every instruction has a
 * meaning in the clear, a rule for the interval of its results, and a protocol on shares.
 */
package io.consilium.inference.onnx.program;
