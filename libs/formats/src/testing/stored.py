"""Writes stored.h5: arrays of projections whose axes a file names in several ways. Ran once, with h5py 3."""
import h5py
import numpy as np

i, j, k = np.meshgrid(np.arange(2), np.arange(3), np.arange(4), indexing='ij')
values = (100 * i + 10 * j + k).astype('f4')
with h5py.File('stored.h5', 'w', libver='latest') as file:
    file['attribute'] = values
    file['attribute'].attrs['axes'] = 'theta:y:x'
    file['attribute'].attrs['quantity'] = 'transmission'
    file['reversed'] = values
    file['reversed'].attrs['axes'] = ['angle', '-slice', 'detector']
    file['labels'] = values
    for axis, name in enumerate(['angle', 'slice', 'detector']):
        file['labels'].dims[axis].label = name
    file['nexus/data'] = values
    file['nexus'].attrs['axes'] = ['rotation_angle', 'detector_y', 'detector_x']
    file['dotted/data'] = values
    file['dotted'].attrs['axes'] = ['rotation_angle', '.', '.']
    file['reversed'].attrs['center'] = 1.75
    file['sideways'] = values
    file['sideways'].attrs['axes'] = ['angle', 'slice', '-detector']
    file['nexus'].attrs['center'] = 1.25
    file['sideways'].attrs['center'] = 0.5
    file['labels'].attrs['center'] = 'Argonne'
    file['degrees'] = [0.0, 90.0]
    file['degrees'].attrs['units'] = 'degree'
