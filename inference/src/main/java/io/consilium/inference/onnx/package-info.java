/**
 * Trained networks of other tools, as ONNX files, run on secret shares.
 *
 * <p>{@link io.consilium.inference.onnx.OnnxFile} reads bytes that nobody vouches for; {@link
 * io.consilium.inference.onnx.OnnxImport} turns the graph, operator by operator, into a {@link
 * io.consilium.inference.onnx.program.Program} of few instructions; and that program runs in the
 * clear, for calibration, or over any {@link io.consilium.protocols.Backend}.
 */
package io.consilium.inference.onnx;
