/** Loads the built package and lets it compute: a product, a scatter and a Fourier transform. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [prefix] = process.argv.slice(2);
process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';

const tf = createRequire(fileURLToPath(import.meta.url))(join(prefix, 'node_modules', '@tensorflow/tfjs-node-gpu'));
const product = tf.matMul(tf.ones([2, 3]), tf.ones([3, 2]));
const scattered = tf.scatterND(tf.tensor2d([1, 1], [2, 1], 'int32'), tf.tensor1d([2, 3]), [3]);
const spectrum = tf.real(tf.spectral.fft(tf.complex(tf.tensor1d([1, 2, 3, 4]), tf.zeros([4]))));
const results = [product, scattered, spectrum].map((tensor) => [...tensor.dataSync()]);
const expected = [
  [3, 3, 3, 3],
  [0, 5, 0],
  [10, -2, -2, -2],
];

const { binding, isUsingGpuDevice } = tf.backend();
const right = JSON.stringify(results) === JSON.stringify(expected);
const device = isUsingGpuDevice ? 'a GPU' : 'the CPU';
console.error(`TensorFlow ${binding.TF_Version} on ${device}: ${JSON.stringify(results)}${right ? '' : ' IS WRONG'}`);
process.exitCode = right ? 0 : 1;
