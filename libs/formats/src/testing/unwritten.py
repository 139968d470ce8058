"""Writes unwritten.h5: arrays of which only the shapes are there, as no chunk was written. Ran once, with h5py 3."""
import h5py

with h5py.File('unwritten.h5', 'w', libver='latest') as file:
    file.create_dataset('image', (64, 2048, 2048), 'f4', chunks=(1, 64, 64))
    file['image'].attrs['axes'] = 'slice:angle:detector'
    file.create_dataset('fields', (64, 4096, 2048), 'f4', chunks=(1, 64, 64))
    file.create_dataset('half', (6, 2048, 1024), 'f4', chunks=(1, 2048, 1024))
    file.create_dataset('angles', (2**27,), 'f8', chunks=(1024,))
