"""Could not find cuda drivers on your machine, GPU will not be used."""

import tensorflow as tf

print(tf.config.list_physical_devices("GPU"))
