"""Writes virtual.nxs, virtual.h5 and virtual-frames.h5: datasets whose values lie in other files, `/image` of frames/a.h5 and b.h5."""

import h5py
import numpy as np

shape = (6, 2, 3)


def interleaved(count, first=0):
    layout = h5py.VirtualLayout(shape=shape, dtype="f4")
    for index, name in enumerate(["frames/a.h5", "frames/b.h5"][:count]):
        layout[(index + first) % 2 :: 2] = h5py.VirtualSource(name, "image", shape=(3, 2, 3))
    return layout


# As HDF5 before 2.0 writes them.
with h5py.File("virtual.nxs", "w", libver=("earliest", "v114")) as file:
    file.create_virtual_dataset("entry/imaging/data", interleaved(2))
    file["entry/imaging/image_key"] = np.array([2, 1, 0, 0, 0, 0], "i1")
    file["entry/imaging/gts_theta_value"] = np.array([0, 0, 0, 60, 120, 180], "f4")

# As HDF5 2.0 does.
with h5py.File("virtual.h5", "w", libver="latest") as file:
    file["own"] = np.arange(36, dtype="f4").reshape(shape)
    itself = h5py.VirtualLayout(shape=(2, 3), dtype="f4")
    itself[:, :2] = h5py.VirtualSource(file["own"])[4, :, 1:]
    itself[:, 2] = h5py.VirtualSource(file["own"])[0, 1, 1:]
    file.create_virtual_dataset("itself", itself)
    file.create_virtual_dataset("holes", interleaved(1))
    file.create_virtual_dataset("twin", interleaved(2))
    file.create_virtual_dataset("other", interleaved(2, first=1))
    growing = h5py.VirtualLayout(shape=(6, 2, 3), dtype="f4", maxshape=(None, 2, 3))
    source = h5py.VirtualSource("frames/c.h5", "image", shape=(6, 2, 3), maxshape=(None, 2, 3))
    growing[: h5py.h5s.UNLIMITED] = source[: h5py.h5s.UNLIMITED]
    file.create_virtual_dataset("growing", growing)

# What linking.nxs links to, as a virtual dataset.
with h5py.File("virtual-frames.h5", "w", libver="latest") as file:
    frames = h5py.VirtualLayout(shape=(20, 4, 16), dtype="u2")
    frames[:10] = h5py.VirtualSource("a.h5", "image", shape=(10, 4, 16))
    frames[10:] = h5py.VirtualSource("b.h5", "image", shape=(10, 4, 16))
    file.create_virtual_dataset("entry/data", frames)
