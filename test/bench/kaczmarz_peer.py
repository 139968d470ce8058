"""One Kaczmarz sweep over the rows of a complex matrix with NumPy, row by row: one line of seconds of processor time for each line of input."""
import sys
import time

import numpy

rows, columns, entries = (int(text) for text in sys.argv[1:4])
generator = numpy.random.default_rng(1)
matrix = generator.standard_normal((rows, columns, 2), dtype=numpy.float32).view(numpy.complex64)[..., 0]
conjugate = matrix.conj()
measured = generator.standard_normal((rows, entries, 2), dtype=numpy.float32).view(numpy.complex64)[..., 0]
norms = (numpy.abs(matrix) ** 2).sum(axis=1)
unknowns = numpy.zeros((columns, entries) if entries > 1 else columns, numpy.complex64)
print(numpy.__version__, flush=True)


def sweep_one(x):
    for row in range(rows):
        x += (measured[row, 0] - numpy.vdot(conjugate[row], x)) / norms[row] * conjugate[row]


def sweep_many(x):
    for row in range(rows):
        x += numpy.outer(conjugate[row], (measured[row] - matrix[row] @ x) / norms[row])


for _ in sys.stdin:
    start = time.process_time()
    (sweep_one if entries == 1 else sweep_many)(unknowns)
    print(time.process_time() - start, flush=True)
