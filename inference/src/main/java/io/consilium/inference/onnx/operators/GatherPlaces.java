package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.constants.ConstantCall;
import io.consilium.inference.onnx.constants.ConstantOperators;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Gathered;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An operator that only moves elements to places that are public: where each comes from shows when
 * the operator moves the numbers of the places themselves.
 *
 * @param operator of {@link ConstantOperators}; it puts zeros where no element goes
 */
record GatherPlaces(String operator) implements Operator {
  @Override
  public List<Value> translate(Call call) {
    Value x = call.input(0);
    call.program().requireRoom(x.shape().size());
    double[] numbers = new double[x.shape().size()];
    Arrays.setAll(numbers, i -> i + 1);
    List<Optional<Tensor>> inputs = new ArrayList<>();
    inputs.add(Optional.of(new Tensor(ElementType.INT64, x.shape(), numbers)));
    for (int i = 1; i < call.inputs().size(); i++) {
      inputs.add(call.has(i) ? Optional.of(call.known(i)) : Optional.empty());
    }
    ConstantCall moved =
        new ConstantCall(
            call.name(),
            call.opset(),
            inputs,
            call.outputs(),
            call.attributes(),
            call.program()::requireRoom);
    Tensor places =
        ConstantOperators.find(operator).orElseThrow().evaluation().of(moved).getFirst();
    int[] indices = new int[places.shape().size()];
    double[] found = places.elements();
    for (int i = 0; i < indices.length; i++) {
      indices[i] = found[i] == 0 ? Gathered.ZERO : (int) found[i] - 1;
    }
    return List.of(call.program().gather(x, places.shape(), indices));
  }
}
