"""Writes two SavedModels with the signatures of google/hear, in the operators that such models have, with seeded numbers:

  OUT/detector  audio_wav [1, 32000] -> mobilenetv3_small_model [1, 8]: a PCEN mel spectrogram, whose smoother is a loop over time,
                and MobileNetV3Small as Keras builds it
  OUT/encoder   x [None, 32000] -> output_0 [None, 512]: a spectrogram and a dense layer in the place of the transformer

and beside each, as raw little-endian float32, clips (clips.f32) and what TensorFlow computes of them (results.f32).

    python models/tensorflow/make_saved_models.py OUT
"""

import pathlib
import sys

import keras
import numpy as np
import tensorflow as tf

SAMPLES = 32_000
CLIPS = 4


def energies(clips):
    padded = tf.pad(clips, [[0, 0], [0, 240]])
    return tf.abs(tf.signal.stft(padded, frame_length=400, frame_step=160, fft_length=512)) ** 2


class Detector(tf.Module):
    def __init__(self):
        super().__init__()
        keras.utils.set_random_seed(1)
        self.backbone = keras.applications.MobileNetV3Small(
            input_shape=(200, 48, 1), include_top=False, weights=None, pooling="avg", include_preprocessing=False
        )
        self.head = keras.layers.Dense(8, activation="sigmoid", kernel_initializer=keras.initializers.RandomNormal(seed=2))
        self.head.build((None, 576))
        self.mel = tf.signal.linear_to_mel_weight_matrix(48, 257, 16_000, 60.0, 7_800.0)

    def spread(self, clips):
        """Sets the last layer so that the scores of these clips lie apart and away from 0 and 1, as no untrained network's would."""
        features = np.concatenate([self.features(tf.constant(clip[None])).numpy() for clip in clips])
        logits = features @ self.head.kernel.numpy()
        self.head.kernel.assign(self.head.kernel / logits.std(axis=0))
        self.head.bias.assign(-logits.mean(axis=0) / logits.std(axis=0))

    @tf.function(input_signature=[tf.TensorSpec((1, SAMPLES), tf.float32, name="audio_wav")])
    def __call__(self, audio_wav):
        return {"mobilenetv3_small_model": self.head(self.features(audio_wav))}

    def features(self, audio_wav):
        mel = energies(audio_wav) @ self.mel
        steps = tf.transpose(mel, [1, 0, 2])
        smoothed = tf.scan(lambda past, now: 0.975 * past + 0.025 * now, steps, initializer=mel[:, 0])
        gained = mel / tf.pow(1e-6 + tf.transpose(smoothed, [1, 0, 2]), 0.98)
        spectrogram = tf.sqrt(gained + 2.0) - tf.sqrt(2.0)
        return self.backbone(spectrogram[..., None], training=False)


class Encoder(tf.Module):
    def __init__(self):
        super().__init__()
        self.weights = tf.Variable(np.random.default_rng(3).standard_normal((257, 512)).astype("float32") * 0.02)

    @tf.function(input_signature=[tf.TensorSpec((None, SAMPLES), tf.float32, name="x")])
    def __call__(self, x):
        return {"output_0": tf.tanh(tf.reduce_mean(tf.sqrt(energies(x) + 1e-6), axis=1) @ self.weights)}


def main(out: pathlib.Path) -> None:
    noise = np.random.default_rng(4).standard_normal((CLIPS, SAMPLES))
    clips = (noise * np.array([[0.01], [0.1], [0.3], [0.1]])).astype("<f4")
    clips[3] = 0.5 * np.sin(np.arange(SAMPLES) * 0.2)
    detector = Detector()
    detector.spread(clips)
    for name, module in (("detector", detector), ("encoder", Encoder())):
        tf.saved_model.save(module, str(out / name), signatures={"serving_default": module.__call__})
        results = [list(module(tf.constant(clip[None])).values())[0].numpy() for clip in clips]
        clips.tofile(out / name / "clips.f32")
        np.concatenate(results).astype("<f4").tofile(out / name / "results.f32")


main(pathlib.Path(sys.argv[1]))
