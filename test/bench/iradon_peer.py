"""Backprojects one slice with scikit-image whenever a line arrives on stdin; answers with the seconds it took."""

import sys
import time

import numpy
import skimage
from skimage.transform import iradon

size, angles = int(sys.argv[1]), int(sys.argv[2])
sinogram = numpy.random.default_rng(1).random((size, angles), dtype=numpy.float32)
theta = numpy.arange(angles) * 180.0 / angles
print(skimage.__version__, flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    iradon(sinogram, theta=theta, output_size=size, filter_name=None, interpolation="linear", circle=True)
    print(time.perf_counter() - start, flush=True)
