"""Keras on TensorFlow, which puts everything on the GPU if it sees one."""

import os

import numpy as np

os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3")
os.environ["TF_FORCE_GPU_ALLOW_GROWTH"] = "true"  # else it takes nearly all of its memory
try:
    import keras
    import tensorflow as tf
except ImportError:
    needs = "This program needs Keras and TensorFlow: pip install keras 'tensorflow[and-cuda]'."
    raise SystemExit(needs) from None

if not tf.config.list_physical_devices("GPU"):
    raise SystemExit("This program needs an NVIDIA GPU and its driver (see chapter 3).")

tf.config.experimental.enable_tensor_float_32_execution(False)  # as the other programs
dense = keras.layers.Dense
model = keras.Sequential([keras.Input([256]), dense(256, "relu"), dense(128, "relu"), dense(10)])
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer = keras.optimizers.SGD()


@tf.function(autograph=False, reduce_retracing=True)
def look(x, y):
    return cross_entropy(y, model(x))


@tf.function(autograph=False, reduce_retracing=True)
def step(x, y):
    with tf.GradientTape() as tape:
        loss = look(x, y)
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


def to_device(pictures, labels, rate, *weights):
    return tf.constant(pictures), tf.constant(labels), rate, *map(tf.constant, weights)


def run(pictures, labels, rate, *weights):
    for variable, start in zip(model.weights, weights, strict=True):
        variable.assign(start)  # from the GPU to the GPU
    optimizer.learning_rate = rate
    losses = [step(x, y) for x, y in zip(pictures, labels, strict=True)]
    losses.append(look(pictures[-1], labels[-1]))
    return tf.stack(losses).numpy()


def to_host(losses):
    return losses


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    shapes = (256, 256), 256, (256, 128), 128, (128, 10), 10
    weights = [rng.random(shape, np.float32) / 8 - 1 / 16 for shape in shapes]
    pictures, labels = np.ones((10, 1, 256), np.float32), np.ones((10, 1), int)  # always the same
    print(to_host(run(*to_device(pictures, labels, 0.2, *weights))))
