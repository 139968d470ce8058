# FDK of RTK on the CPU: python3 rtk_peer.py SIZE VIEWS THREADS. Prints its version, then for each line on standard input the
# seconds that one reconstruction of a cube takes from as many detector rows and columns, projections in memory.
import sys
import time

import itk
from itk import RTK as rtk

size, views, threads = (int(argument) for argument in sys.argv[1:4])
itk.MultiThreaderBase.SetGlobalDefaultNumberOfThreads(threads)
image = itk.Image[itk.F, 3]

geometry = rtk.ThreeDCircularProjectionGeometry.New()
for view in range(views):
    geometry.AddProjection(3.0 * size, 4.5 * size, 360.0 * view / views)


def constant(extents, spacing, value):
    source = rtk.ConstantImageSource[image].New(
        Origin=[-(extents[0] - 1) / 2 * spacing, -(extents[1] - 1) / 2 * spacing, 0.0],
        Spacing=[spacing, spacing, 1.0],
        Size=extents,
        Constant=value,
    )
    source.Update()
    made = source.GetOutput()
    made.DisconnectPipeline()
    return made


projections = constant([size, size, views], 1.5, 0.0)
ball = rtk.RayEllipsoidIntersectionImageFilter[image, image].New(
    Input=projections, Geometry=geometry, Density=1.0, Axis=[0.4 * size, 0.35 * size, 0.3 * size], Center=[0.0, 0.0, 0.0]
)
ball.Update()
projections = ball.GetOutput()
projections.DisconnectPipeline()


def seconds():
    middle = -(size - 1) / 2
    volume = rtk.ConstantImageSource[image].New(Origin=[middle] * 3, Spacing=[1.0] * 3, Size=[size] * 3, Constant=0.0)
    fdk = rtk.FDKConeBeamReconstructionFilter[image].New()
    fdk.SetInput(0, volume.GetOutput())
    fdk.SetInput(1, projections)
    fdk.SetGeometry(geometry)
    begin = time.perf_counter()
    fdk.Update()
    return time.perf_counter() - begin


print(f"{itk.Version.GetITKVersion()}", flush=True)
for _ in sys.stdin:
    print(seconds(), flush=True)
