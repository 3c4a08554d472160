"""Keras on TensorFlow, which puts everything on the GPU if it sees one."""

import os

import numpy as np

os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3")
os.environ["TF_FORCE_GPU_ALLOW_GROWTH"] = "true"  # else it takes nearly all of its memory
try:
    import keras
    import tensorflow as tf
except ImportError:
    raise SystemExit("This program needs Keras and TensorFlow (see chapter 3).") from None

if not tf.config.list_physical_devices("GPU"):
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

tf.config.experimental.enable_tensor_float_32_execution(False)
layers = keras.layers
first, second = (layers.Conv2D(k, 3, padding="same", use_bias=False) for k in (8, 16))
stack = [keras.Input([16, 16, 1]), first, layers.MaxPooling2D(), layers.ReLU()]
stack += [second, layers.MaxPooling2D(), layers.ReLU()]
model = keras.Sequential([*stack, layers.Flatten(), layers.Dense(10, use_bias=False)])
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer = keras.optimizers.SGD(momentum=0.9)
optimizer.build(model.trainable_variables)


@tf.function(autograph=False)
def step(x, digits):
    with tf.GradientTape() as tape:
        loss = cross_entropy(digits, model(x[..., None]))
    optimizer.apply(tape.gradient(loss, model.trainable_variables))


def to_device(pictures, labels, unseen, rate, *start):
    data = map(tf.constant, (pictures, labels, unseen, *start))
    return rate, *data


def run(rate, pictures, labels, unseen, *start):
    for variable in optimizer.variables:
        variable.assign(tf.zeros_like(variable))
    optimizer.learning_rate = rate
    for variable, value in zip(model.weights, start, strict=True):
        variable.assign(value)  # from the GPU to the GPU
    for x, digits in zip(pictures, labels, strict=True):
        step(x, digits)
    return model(unseen[..., None]).numpy().argmax(axis=1)


def to_host(digits):
    return digits


if __name__ == "__main__":
    rng = np.random.default_rng()
    patterns, labels = rng.random((10, 16, 16), "f") - 0.5, rng.integers(0, 10, (60, 32))
    start = [rng.normal(0, 0.2, s).astype("f") for s in ((3, 3, 1, 8), (3, 3, 8, 16), (256, 10))]
    inputs = to_device(patterns[labels], labels, patterns, 0.02, *start)
    print("ten patterns, numbered as:", to_host(run(*inputs)))
