"""invalid device context."""

import pycuda.driver as cuda

cuda.init()
cuda.mem_get_info()  # no context yet: pycuda.autoprimaryctx was not imported
