"""Writes filters.h5: the same small counts through every HDF5 filter that Rondel decodes, and one that it does not.
Ran once, with h5py 3 and hdf5plugin; the tests need neither."""
import h5py
import hdf5plugin
import numpy as np

counts = (np.arange(480, dtype='u2').reshape(24, 20) * 37) % 5000
filters = {
    'lzf': dict(compression='lzf', shuffle=True),
    'bitshuffle-lz4': hdf5plugin.Bitshuffle(cname='lz4'),
    **{f'blosc-{name}': hdf5plugin.Blosc(cname=name) for name in ('blosclz', 'zlib')},
    **{f'blosc2-{name}': hdf5plugin.Blosc2(cname=name) for name in ('zstd',)},
    'lz4': hdf5plugin.LZ4(),
    'zstd': hdf5plugin.Zstd(),
    'bzip2': hdf5plugin.BZip2(),
    'jpeg-ls': hdf5plugin.FciDecomp(),
}
with h5py.File('filters.h5', 'w', libver='latest', userblock_size=512) as file:
    for name, filter in filters.items():
        file.create_dataset(name, data=counts, chunks=(16, 20), **filter)
    file.create_dataset('zfp', data=counts.astype('f4'), chunks=(16, 20), **hdf5plugin.Zfp(reversible=True))
