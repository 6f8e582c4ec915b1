/**
 * Conformance of the import of ONNX: operator tests and whole networks, run on shares by three
 * parties in this process and compared with the outputs that come with them.
 */
package io.consilium.bench.onnx;
