/**
 * The operators of ONNX, one small class each and one row in {@link
 * io.consilium.inference.onnx.operators.Operators}.
 */
package io.consilium.inference.onnx.operators;
