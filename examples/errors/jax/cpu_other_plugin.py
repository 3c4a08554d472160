"""is not compatible with the installed jaxlib version."""

import jaxlib
from jaxlib.plugin_support import check_plugin_version

# What JAX does at its start with the version of the plugin that is installed.
check_plugin_version("jax_cuda12_plugin", jaxlib.__version__, "0.4.1")
