package io.consilium.bench.networks;

/** A network for coloured images of the 1000 classes of ImageNet. */
sealed interface ImageNetArchitecture extends Architecture
    permits SqueezeNet, ResNet50, DenseNet121, Vgg19 {
  @Override
  default int channels() {
    return 3;
  }

  @Override
  default int dimensions() {
    return 2;
  }

  @Override
  default int classes() {
    return 1000;
  }
}
