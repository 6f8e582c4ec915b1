package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Branches that all take the same input, their outputs one behind the other: [n, d] to [n, d_1 +
 * d_2 + ...]. A branch without layers passes the input on.
 *
 * <p>Rounds: those of the branches one after the other.
 */
public record Concatenation(List<List<Layer>> branches) implements Layer {
  public Concatenation {
    branches = branches.stream().map(List::copyOf).toList();
    if (branches.isEmpty()) {
      throw new IllegalArgumentException("nothing to concatenate");
    }
  }

  private List<Chain> chains() {
    return branches.stream().map(Chain::new).toList();
  }

  @Override
  public Shape output(Shape input) {
    int size = 0;
    for (Chain chain : chains()) {
      Shape output = chain.output(input);
      if (output.rank() != 1) {
        throw new IllegalArgumentException("vectors are concatenated, not " + output);
      }
      size += output.size();
    }
    return Shape.vector(size);
  }

  @Override
  public List<Parameter> parameters(Shape input) {
    List<Parameter> all = new ArrayList<>();
    for (int i = 0; i < branches.size(); i++) {
      for (Parameter parameter : chains().get(i).parameters(input)) {
        all.add(parameter.within(i));
      }
    }
    return all;
  }

  @Override
  public Applied forward(Pass pass, SecretTensor x, List<SecretTensor> parameters) {
    Backend b = pass.backend();
    List<Applied> applied = new ArrayList<>();
    int at = 0;
    int bits = 0;
    for (Chain chain : chains()) {
      int end = at + chain.parameters(Pass.rowShape(x)).size();
      applied.add(chain.forward(pass, x, parameters.subList(at, end)));
      bits = Math.max(bits, applied.getLast().output().format().fractionBits());
      at = end;
    }
    List<SecretTensor> columns = new ArrayList<>();
    for (Applied branch : applied) {
      columns.add(b.transpose(pass.widened(branch.output(), bits)));
    }
    return new Forward(applied, b.transpose(b.concatenate(columns)));
  }

  private record Forward(List<Applied> applied, SecretTensor output) implements Applied {
    @Override
    public Derivatives backward(Pass pass, SecretTensor error, boolean wantsError) {
      List<ParameterGradient> gradients = new ArrayList<>();
      Optional<SecretTensor> sum = Optional.empty();
      int at = 0;
      for (Applied branch : applied) {
        int end = at + branch.output().shape().columns();
        SecretTensor own = pass.backend().columns(error, at, end);
        Derivatives derivatives = branch.backward(pass, own, wantsError);
        gradients.addAll(derivatives.gradients());
        if (wantsError) {
          SecretTensor e = derivatives.error().orElseThrow();
          sum = Optional.of(sum.map(other -> pass.sum(other, e)).orElse(e));
        }
        at = end;
      }
      return new Derivatives(sum, gradients);
    }
  }
}
