package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.ThreeParties;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;

/** The clear reference with an eye on every code before a truncation or a comparison. */
final class RangeCheck implements InvocationHandler {
  private final ClearBackend clear = new ClearBackend();

  private RangeCheck() {}

  static Backend backend() {
    return (Backend)
        Proxy.newProxyInstance(
            RangeCheck.class.getClassLoader(), new Class<?>[] {Backend.class}, new RangeCheck());
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (method.isDefault()) {
      return InvocationHandler.invokeDefault(proxy, method, arguments);
    }
    switch (method.getName()) {
      case "truncate" -> ((List<?>) arguments[0]).forEach(x -> require(x, Ranges.CODE_BITS_MAX));
      case "negative" -> require(arguments[0], (int) arguments[1] - 1);
      default -> {}
    }
    try {
      return method.invoke(clear, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private void require(Object tensor, int bits) {
    SecretTensor x = (SecretTensor) tensor;
    for (long code : clear.open(x, ThreeParties.any())) {
      if (code < -(1L << bits) || code >= 1L << bits) {
        throw new IllegalStateException(code + " of " + x + " has more than " + bits + " bits");
      }
    }
  }
}
