// Every kernel, the same call on every engine: tensors stay on the device, and one value is read to wait for it. What goes there
// and back is timed apart.
import {
  batchFirst,
  batchLast,
  coneBackproject,
  coneForward,
  fdkBackproject,
  fdkForward,
  filterLength,
  filterSinogram,
  kernelNames,
  radonBackproject,
  radonForward,
  radonGrid,
  rayBackproject,
  rayForward,
} from '@rondel/compute';
import { slice, tensor3d } from '@tensorflow/tfjs-core';

/** Shorter calls are timed several at a time, up to as many. */
const shortSeconds = 0.02;
const mostCalls = 8;

/** The same numbers in every run, from 0 to 1 (Numerical Recipes' generator). */
function numbers(shape) {
  const length = shape.reduce((product, extent) => product * extent, 1);
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

/** Bumps [angle, bin, slice]: a grid leaves out the frequencies of what is rougher, so that rounding would count for more there. */
function bumps([angles, bins, count]) {
  return Float32Array.from({ length: angles * bins * count }, (_, at) => {
    const t = (Math.floor(at / count) % bins) / bins - 0.5;
    return Math.exp(-((4 * t) ** 2)) * (1 + (at % count) / count);
  });
}

export function parallelOf({ size, angles }) {
  return {
    shape: [size, size],
    angles: Float64Array.from({ length: angles }, (_, index) => (index * Math.PI) / angles),
    detectors: size,
    center: size / 2,
  };
}

/** A fan of as many rays as there are columns, from a source at three times the side. */
function fanOf({ size, angles }) {
  const tilts = Float64Array.from({ length: size }, (_, ray) => (ray - (size - 1) / 2) / (3 * size));
  return {
    shape: [size, size],
    angles: Float64Array.from({ length: angles }, (_, view) => (2 * Math.PI * view) / angles),
    tilts,
    offsets: tilts.map((tilt) => 3 * size * Math.sin(tilt)),
    weights: new Float64Array(size).fill(1),
  };
}

/** A source at three times the side of a cube from its middle, a detector of as many bins at one and a half times that. */
function coneOf(size, angles) {
  const middle = (size - 1) / 2;
  const views = Array.from({ length: angles }, (_, view) => {
    const [sine, cosine] = [Math.sin((2 * Math.PI * view) / angles), Math.cos((2 * Math.PI * view) / angles)];
    const [across, along] = [
      [1.5 * cosine, -1.5 * sine, 0],
      [0, 0, 1.5],
    ];
    const center = [middle - 1.5 * size * sine, middle - 1.5 * size * cosine, middle];
    const first = center.map((value, axis) => value - middle * (across[axis] + along[axis]));
    return [middle + 3 * size * sine, middle + 3 * size * cosine, middle, ...first, ...across, ...along];
  });
  return { shape: [size, size, size], detector: [size, size], views: Float64Array.from(views.flat()) };
}

/** |frequency|; which filter it is does not matter to its time. */
function rampOf(size) {
  const fftSize = filterLength(size);
  return { fftSize, response: Float32Array.from({ length: fftSize / 2 + 1 }, (_, k) => k / fftSize) };
}

/** On one slice and on a stack. `of` has the shape of what goes in and the call. */
function slices(name, of, { unit = 'updates' } = {}) {
  return ({ stack, ...sizes }) =>
    [...new Set([1, stack])].map((count) => {
      const { shape, ...call } = of(sizes, count);
      const { size, angles } = sizes;
      const work = unit === 'updates' ? size * size * angles * count : shape[0] * shape[1] * shape[2];
      return { name, slices: count, unit, work, shape, ...call };
    });
}

/** On a cube; views are fewer, as each has as many rows as the cube has slices. */
function cube(name, of) {
  return ({ size, angles, stack }) => {
    const [side, views] = [Math.min(size, 4 * stack), Math.min(angles, 360)];
    return [{ name, slices: side, unit: 'updates', work: side ** 3 * views, ...of(coneOf(side, views), side, views) }];
  };
}

const sinogram = ({ size, angles }, count) => [angles, size, count];
const image = ({ size }, count) => [size, size, count];

/** What is measured of each kernel: a kernel that is not here is missed by a test. */
const rows = {
  RadonBackproject: slices('backprojection', (sizes, count) => {
    const geometry = parallelOf(sizes);
    return { shape: sinogram(sizes, count), apply: (x) => radonBackproject(x, geometry) };
  }),
  RadonForward: slices('forward projection', (sizes, count) => {
    const geometry = parallelOf(sizes);
    return { shape: image(sizes, count), apply: (x) => radonForward(x, geometry) };
  }),
  RadonGrid: slices('backprojection by a grid', (sizes, count) => {
    const geometry = parallelOf(sizes);
    return { shape: sinogram(sizes, count), fill: bumps, apply: (x) => radonGrid(x, geometry) };
  }),
  RayBackproject: slices('fan backprojection', (sizes, count) => {
    const geometry = fanOf(sizes);
    return { shape: sinogram(sizes, count), apply: (x) => rayBackproject(x, geometry) };
  }),
  RayForward: slices('fan forward projection', (sizes, count) => {
    const geometry = fanOf(sizes);
    return { shape: image(sizes, count), apply: (x) => rayForward(x, geometry) };
  }),
  FilterSinogram: slices(
    'ramp filter',
    (sizes, count) => {
      const filter = rampOf(sizes.size);
      return { shape: [count, sizes.angles, sizes.size], apply: (x) => filterSinogram(x, filter) };
    },
    { unit: 'values' },
  ),
  BatchLast: slices(
    'slices to the end',
    ({ size, angles }, count) => ({ shape: [count, angles, size], apply: (x) => batchLast(x) }),
    { unit: 'values' },
  ),
  BatchFirst: slices(
    'slices to the front',
    (sizes, count) => ({
      shape: sinogram(sizes, count),
      apply: (x) => batchFirst(x),
    }),
    { unit: 'values' },
  ),
  FdkBackproject: cube('FDK backprojection', (geometry, side, views) => ({
    shape: [views, side, side],
    apply: (x) => fdkBackproject(x, geometry),
  })),
  FdkForward: cube('FDK forward projection', (geometry, side) => ({
    shape: [side, side, side],
    apply: (x) => fdkForward(x, geometry),
  })),
  ConeBackproject: cube('cone backprojection', (geometry, side, views) => ({
    shape: [views, side, side],
    apply: (x) => coneBackproject(x, geometry),
  })),
  ConeForward: cube('cone forward projection', (geometry, side) => ({
    shape: [side, side, side],
    apply: (x) => coneForward(x, geometry),
  })),
};

/** Waits until a tensor is computed. */
function settle(tensor) {
  const one = slice(tensor, [0, 0, 0], [1, 1, 1]);
  one.dataSync();
  one.dispose();
}

function secondsOf(work) {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

/** Seconds per call, of the way to the device and of that back, and the result. */
function measure({ shape, apply, fill = numbers }, repetitions) {
  const input = fill(shape);
  let x;
  const secondsIn = secondsOf(() => {
    x = tensor3d(input, shape);
    settle(x);
  });
  const time = (calls) => {
    let last;
    const seconds = secondsOf(() => {
      for (let call = 1; call < calls; call++) apply(x).dispose();
      last = apply(x);
      settle(last);
    });
    last.dispose();
    return seconds / calls;
  };
  time(1); // compiles, and lets memories grow
  const calls = Math.max(1, Math.min(mostCalls, Math.round(shortSeconds / time(1))));
  const seconds = Array.from({ length: repetitions }, () => time(calls));
  const result = apply(x);
  settle(result);
  let values;
  const secondsOut = secondsOf(() => (values = result.dataSync().slice()));
  result.dispose();
  x.dispose();
  return { seconds, secondsIn, secondsOut, values };
}

/** Cases of all kernels. Throws where one has none. */
export function kernelCases(sizes) {
  return kernelNames.flatMap((kernel) => {
    if (rows[kernel] === undefined) throw new Error(`the kernel ${kernel} has no row in ${import.meta.url}`);
    return rows[kernel](sizes).map((one) => ({
      kernel,
      ...one,
      run: (repetitions) => Promise.resolve(measure(one, repetitions)),
    }));
  });
}
