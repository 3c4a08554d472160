"""Keras on TensorFlow: a step is traced once into a graph of operations, then called."""

import os

import numpy as np

os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3")
try:
    import keras
    import tensorflow as tf
except ImportError:
    needs = "This program needs Keras and TensorFlow: pip install keras tensorflow (see chapter 3)."
    raise SystemExit(needs) from None

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


def run(pictures, labels, rate, *weights):
    model.set_weights(weights)
    optimizer.learning_rate = rate
    losses = [step(x, y) for x, y in zip(pictures, labels, strict=True)]
    losses.append(look(pictures[-1], labels[-1]))
    return tf.stack(losses).numpy()


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    shapes = (256, 256), 256, (256, 128), 128, (128, 10), 10
    weights = [rng.random(shape, np.float32) / 8 - 1 / 16 for shape in shapes]
    pictures, labels = np.ones((10, 1, 256), np.float32), np.ones((10, 1), int)  # always the same
    print(run(pictures, labels, 0.2, *weights))
