"""Writes calibration.mdf and measurement.mdf beside itself with h5py 3: what the reader of MDF is tested with."""

from pathlib import Path

import h5py
import numpy as np

folder = Path(__file__).parent


def calibration(h):
    h["version"] = "2.0.1"
    h["experiment/subject"] = "somebody"
    acquisition = h.create_group("acquisition")
    acquisition["numPeriodsPerFrame"] = 1
    acquisition["gradient"] = np.array([-1.0, -1.0, 2.0])
    acquisition["receiver/numSamplingPoints"] = 4
    acquisition["receiver/bandwidth"] = 1e6
    acquisition["receiver/transferFunction"] = np.array([[1 + 1j, 2, 3], [4, 5j, 6]])
    measurement = h.create_group("measurement")
    measurement["isFourierTransformed"] = np.int8(1)
    measurement["isFastFrameAxis"] = True
    measurement["isFramePermutation"] = np.int8(1)
    measurement["data"] = (np.arange(36) + 1j * np.arange(36, 72)).astype("c8").reshape(1, 2, 3, 6)
    measurement["isBackgroundFrame"] = np.array([0, 0, 0, 0, 1, 1], "i1")
    measurement["framePermutation"] = np.array([2, 3, 5, 4, 1, 6])
    grid = h.create_group("calibration")
    grid["snr"] = np.arange(6.0).reshape(1, 2, 3)
    grid["size"] = np.array([2, 2, 1])
    grid["fieldOfView"] = np.array([0.02, 0.02, 0.001])
    grid["method"] = "robot"


def measurement(h):
    h["version"] = "2.1.0"
    receiver = h.create_group("acquisition/receiver")
    receiver["numSamplingPoints"] = 4
    receiver["bandwidth"] = 1e6
    receiver["dataConversionFactor"] = np.array([[0.5, 1.0], [2.0, -1.0]])
    group = h.create_group("measurement")
    group["isFourierTransformed"] = np.int8(0)
    counts = np.arange(-12, 12, dtype=">i2").reshape(3, 1, 2, 4)
    group.create_dataset("data", data=counts, chunks=(2, 1, 1, 3), compression="gzip")


for write in (calibration, measurement):
    with h5py.File(folder / f"{write.__name__}.mdf", "w", libver="latest") as file:
        write(file)
