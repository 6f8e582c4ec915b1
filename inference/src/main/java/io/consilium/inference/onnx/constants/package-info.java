/**
 * Standard operators on constants, computed in the clear at import. What depends on constants or on
 * shapes alone never becomes an instruction, whatever operator it takes.
 */
package io.consilium.inference.onnx.constants;
