"""Writes MobileNetV3 as Keras builds it, small and large, with seeded numbers, for a comparison with src/hear-events/mobilenet-v3.ts:

  OUT/NAME/images.f32    images [4, 200, 48], raw little-endian float32
  OUT/NAME/layers.f32    for each convolution in the order of computation its weights [output, input, row, column] and its biases;
                         batch normalisation is folded into both
  OUT/NAME/features.f32  what Keras computes of the images: averages of the last layer

    python models/tensorflow/keras_networks.py OUT
"""

import pathlib
import sys

import keras
import numpy as np

NETWORKS = {"small": keras.applications.MobileNetV3Small, "large": keras.applications.MobileNetV3Large}


def folded(layers):
    """Weights and biases of each convolution, with the normalisation that follows it."""
    for layer, following in zip(layers, layers[1:] + [None]):
        if not isinstance(layer, (keras.layers.Conv2D, keras.layers.DepthwiseConv2D)):
            continue
        kernel, *bias = layer.get_weights()
        is_depthwise = isinstance(layer, keras.layers.DepthwiseConv2D)
        weights = kernel.transpose(2, 3, 0, 1) if is_depthwise else kernel.transpose(3, 2, 0, 1)
        biases = bias[0] if bias else np.zeros(weights.shape[0])
        if isinstance(following, keras.layers.BatchNormalization):
            gamma, beta, mean, variance = following.get_weights()
            scale = gamma / np.sqrt(variance + following.epsilon)
            weights, biases = weights * scale[:, None, None, None], beta + (biases - mean) * scale
        yield weights, biases


def main(out: pathlib.Path) -> None:
    random = np.random.default_rng(5)
    # Of different loudness and brightness, since averages of mere noise are alike.
    loudness, brightness = np.array([0.2, 1, 3, 6]), np.array([0, 2, -2, 5])
    noise = random.standard_normal((4, 200, 48, 1))
    images = (noise * loudness[:, None, None, None] + brightness[:, None, None, None]).astype("<f4")
    for name, build in NETWORKS.items():
        keras.utils.set_random_seed(6)
        network = build(input_shape=(200, 48, 1), include_top=False, weights=None, pooling="avg", include_preprocessing=False)
        for layer in network.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                shape = layer.gamma.shape
                stated = [random.uniform(0.8, 1.2, shape), random.normal(0, 0.1, shape), random.normal(0, 0.1, shape), random.uniform(0.05, 0.1, shape)]
                layer.set_weights(stated)
        folder = out / name
        folder.mkdir(parents=True)
        images.tofile(folder / "images.f32")
        np.concatenate([part.ravel() for pair in folded(network.layers) for part in pair]).astype("<f4").tofile(folder / "layers.f32")
        network.predict(images, batch_size=1, verbose=0).astype("<f4").tofile(folder / "features.f32")


main(pathlib.Path(sys.argv[1]))
