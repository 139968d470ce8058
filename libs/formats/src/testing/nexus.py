"""Writes linking.nxs, as a beamline has it, whose frames lie in frames/scan.h5, to which it links. Made with h5py 3.16:
python3 nexus.py"""
import h5py
import numpy as np

count, slices, detectors = 20, 4, 16
keys = np.array([2, 1] + 16 * [0] + [1, 3])
theta = np.concatenate([[0, 0], np.arange(16) * 180 / 16, [0, 0]])
s = np.arange(detectors) - 8
path = 2 * np.sqrt(np.maximum(36 - s**2, 0)) * 0.1
frames = np.full((count, slices, detectors), 20000, 'u2')
frames[keys == 0] = np.rint(100 + 19900 * np.exp(-path)).astype('u2')
frames[keys == 2] = 100

with h5py.File('frames.h5', 'w', libver='latest') as h:
    h.create_dataset('entry/data', data=frames, chunks=(1, slices, detectors), compression='gzip')

with h5py.File('linking.nxs', 'w', libver='latest') as h:
    entry = h.create_group('entry1/tomo_entry')
    entry['data/data'] = h5py.ExternalLink('frames/scan.h5', '/entry/data')
    entry['instrument/detector/image_key'] = keys.astype('f8')
    entry['instrument/detector/x_pixel_size'] = 2.5
    entry['instrument/detector/x_pixel_size'].attrs['units'] = 'um'
    entry['sample/rotation_angle'] = theta
