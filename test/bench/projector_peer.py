"""Runs another library's projector on one slice whenever a line arrives on stdin; answers with the seconds it took.

Arguments: which one, pixels a side (and bins), projection angles over half a turn.
"""

import sys
import time

import numpy

which, size, angles = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
random = numpy.random.default_rng(1)
sinogram = random.random((angles, size), dtype=numpy.float32)
image = random.random((size, size), dtype=numpy.float32)
theta = numpy.arange(angles) * numpy.pi / angles


def scikit_image():
    import skimage
    from skimage.transform import iradon

    columns = numpy.ascontiguousarray(sinogram.T)
    degrees = numpy.rad2deg(theta)
    options = {"output_size": size, "filter_name": None, "interpolation": "linear", "circle": True}
    return skimage.__version__, lambda: iradon(columns, theta=degrees, **options)


def astra():
    """Its projector on the CPU with linear interpolation, both ways."""
    import astra

    projector = astra.create_projector(
        "linear", astra.create_proj_geom("parallel", 1.0, size, theta), astra.create_vol_geom(size, size)
    )

    def back():
        astra.data2d.delete(astra.create_backprojection(sinogram, projector)[0])

    def forward():
        astra.data2d.delete(astra.create_sino(image, projector)[0])

    return astra.__version__, forward if which == "astra-forward" else back


def algotom():
    """Filtered backprojection compiled by numba; the filter takes some percent of it."""
    from importlib.metadata import version

    from algotom.rec.reconstruction import fbp_reconstruction

    options = {"angles": theta, "apply_log": False, "gpu": False, "ncore": 1}
    return version("algotom"), lambda: fbp_reconstruction(sinogram, (size - 1) / 2, **options)


peers = {"scikit-image": scikit_image, "astra": astra, "astra-forward": astra, "algotom": algotom}
found, run = peers[which]()
run()  # compiles, fills caches
print(found, flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    run()
    print(time.perf_counter() - start, flush=True)
