/**
 * Graphs of ONNX in a normal form: one list of sorted nodes that the outputs need, without
 * functions of the model's own, with every weight among the initialisers of the outermost graph.
 * {@link io.consilium.inference.onnx.graph.NormalForm} makes it, before anything is translated.
 */
package io.consilium.inference.onnx.graph;
