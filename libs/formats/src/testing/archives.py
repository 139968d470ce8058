"""Writes stored.npz and deflated.npz with NumPy 2, and images.zip with tifffile, zipped by Python: python3 archives.py"""
import io
import zipfile
import numpy as np
import tifffile

# 100 frame + 10 slice + detector
frames = 100 * np.arange(6)[:, None, None] + 10 * np.arange(3)[:, None] + np.arange(4)
arrays = dict(data=frames[:4].astype('u2'), flat=frames[4:].astype('f4'), theta=np.linspace(0, np.pi, 4), other=np.arange(3))
np.savez('stored.npz', **arrays)
np.savez_compressed('deflated.npz', **arrays)

with zipfile.ZipFile('images.zip', 'w', zipfile.ZIP_DEFLATED) as z:
    for folder, some in (('proj', frames[:4]), ('flats', frames[4:])):
        z.writestr(f'{folder}/', '')
        for index, frame in enumerate(some):
            b = io.BytesIO()
            tifffile.imwrite(b, frame.astype('u2'), metadata=None, software=False)
            z.writestr(f'{folder}/img_{index + 8}.tif', b.getvalue())
    z.writestr('notes.txt', 'no image')
    z.writestr('__MACOSX/proj/._img_8.tif', 'no image either')
