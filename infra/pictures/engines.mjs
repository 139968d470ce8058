/**
 * Draws `engines.png`: a tooth (radon/fbp) and a phantom (radon/iterative) as each engine reconstructs them, with the
 * largest difference to the engine wasm relative to the largest value: `node infra/pictures/engines.mjs`, after a build.
 *
 * Needs ../shared/data/tooth.h5, RONDEL_TENSORFLOW_DIR (see infra/tensorflow), a GPU or SwiftShader for webgpu, and
 * Chromium, named by CHROMIUM if it lies elsewhere than Debian puts it. The devices are printed.
 */
import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openEngine } from '@rondel/compute';
import { readDataset, renderSlice } from '@rondel/formats';
import { applyParameters, parsePlan, toTree, withDefaults } from '@rondel/plan';
import { leastSquaresPackage } from '@rondel/least-squares';
import { leastSquaresManifest } from '@rondel/least-squares/manifest';
import { radonManifest } from '@rondel/radon/manifest';
import { sheppLoganScan } from '@rondel/radon/phantom';
import { radonPackage } from '@rondel/radon/steps';
import { buildAlgorithm, catalogOf, createExecutableRegistry, divideDataset, runSteps } from '@rondel/reco';
import { decode, encode } from 'fast-png';
import { chromium } from 'playwright-core';
import { softwareVulkan } from '../../test/conformance/software-vulkan.mjs';

const engines = ['wasm', 'webgpu', 'tensorflow'];
const reference = 'wasm';
const shownPixels = 240;
const tooth = fileURLToPath(new URL('../../../shared/data/tooth.h5', import.meta.url));
const picture = fileURLToPath(new URL('engines.png', import.meta.url));

/** Middle slice of the head: 160 x 160 pixels, 200 angles. */
function phantomSlice() {
  const slices = [...divideDataset(sheppLoganScan({ size: 160, frames: 1, angles: 200 }), 'slice', 1)];
  return slices[80];
}

/** `window`: what is black and white, as a part of the largest value. `crop`: first row and column, extent; all if absent. */
const subjects = [
  {
    name: 'tooth, radon/fbp',
    plan: 'radon/fbp',
    parameters: { centerOfRotation: 296 },
    data: () => readDataset(tooth),
    window: [0, 0.9],
    crop: [190, 185, 300],
  },
  {
    name: 'phantom, radon/iterative',
    plan: 'radon/iterative',
    parameters: {},
    data: () => Promise.resolve(phantomSlice()),
    window: [0, 0.6],
  },
];

async function reconstruct({ plan, parameters, data }) {
  const catalog = catalogOf([leastSquaresManifest, radonManifest]);
  const template = parsePlan(radonManifest.plans.find(({ name }) => name === plan).toml);
  const { plan: complete, problems } = applyParameters(template, parameters, catalog);
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join(' '));
  const registry = createExecutableRegistry([leastSquaresPackage, radonPackage]);
  const algorithm = buildAlgorithm(toTree(withDefaults(complete, catalog)), registry);
  const output = await runSteps(algorithm.steps, await data(), {
    signal: new AbortController().signal,
    memoryBytes: 2 ** 40,
    onProgress: () => undefined,
    onStep: () => undefined,
    onLog: () => undefined,
  });
  algorithm.dispose();
  return output.data;
}

/** In a process of its own, as every engine takes its process: writes the first slice of each image as float32. */
async function computeOn(engineName, folder) {
  const engine = await openEngine(engineName);
  for (const [index, subject] of subjects.entries()) {
    const { shape, data } = await reconstruct(subject);
    const [rows, columns] = shape.slice(-2);
    const values = Float32Array.from(data.slice(0, rows * columns));
    writeFileSync(join(folder, `${engineName}-${index}.bin`), values);
    writeFileSync(join(folder, `${engineName}-${index}.json`), JSON.stringify([rows, columns]));
  }
  console.log(`${engineName}: ${engine.device}`);
  await engine.dispose();
}

function environmentFor(engineName) {
  if (engineName !== 'webgpu' || process.env.VK_DRIVER_FILES !== undefined) return process.env;
  const software = softwareVulkan();
  if ('reason' in software) throw new Error(software.reason);
  return { ...process.env, ...software.environment };
}

function readImage(folder, name) {
  const bytes = readFileSync(join(folder, `${name}.bin`));
  const data = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  return { dtype: 'float32', shape: JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')), data };
}

/** max |a - b| / max |b| */
function largestDifference({ data: a }, { data: b }) {
  let [difference, size] = [0, 0];
  b.forEach((value, index) => {
    difference = Math.max(difference, Math.abs(a[index] - value));
    size = Math.max(size, Math.abs(value));
  });
  return difference / size;
}

function cropped({ dtype, shape: [rows, columns], data }, [row, column, extent] = [0, 0, Math.min(rows, columns)]) {
  const values = Float32Array.from(
    { length: extent * extent },
    (_, index) => data[(row + Math.floor(index / extent)) * columns + column + (index % extent)],
  );
  return { dtype, shape: [extent, extent], data: values };
}

function figure(folder, engineName, index) {
  const { name, crop, window } = subjects[index];
  const image = readImage(folder, `${engineName}-${index}`);
  const difference = largestDifference(image, readImage(folder, `${reference}-${index}`));
  const note = engineName === reference ? 'the reference' : `differs by ${difference.toExponential(1)}`;
  console.log(`${name} on ${engineName}: ${note}`);
  const shown = cropped(image, crop);
  const white = shown.data.reduce((most, value) => Math.max(most, value), 0);
  const png = renderSlice(shown, { bits: 8, window: window.map((part) => part * white) });
  const source = Buffer.from(png).toString('base64');
  return `<figure><img src="data:image/png;base64,${source}"><figcaption><b>${engineName}</b>, ${note}</figcaption></figure>`;
}

function pageOf(folder) {
  const figures = subjects.flatMap((_, index) => engines.map((engineName) => figure(folder, engineName, index)));
  const columns = `repeat(${engines.length}, ${shownPixels}px)`;
  return `<!doctype html><style>
    body { margin: 0; width: max-content; background: white; font: 10.5px 'DejaVu Sans', sans-serif; }
    main { display: grid; grid-template-columns: ${columns}; gap: 10px; }
    figure { margin: 0; } img { width: ${shownPixels}px; height: ${shownPixels}px; display: block; }
    figcaption { padding: 3px 1px; white-space: nowrap; }
    </style><main>${figures.join('')}</main>`;
}

async function photograph(html) {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const page = await browser.newPage();
  await page.setContent(html);
  const screenshot = await page.locator('main').screenshot();
  await browser.close();
  return screenshot;
}

/** Grey takes a third of the bytes of colour. */
function grey(png) {
  const { width, height, channels, data } = decode(png);
  return encode({ width, height, depth: 8, channels: 1, data: data.filter((_, index) => index % channels === 0) });
}

async function drawAll() {
  const folder = mkdtempSync(join(tmpdir(), 'rondel-pictures-'));
  try {
    for (const engineName of engines) {
      const self = fileURLToPath(import.meta.url);
      execFileSync(process.execPath, [self, engineName, folder], { env: environmentFor(engineName), stdio: 'inherit' });
    }
    writeFileSync(picture, grey(await photograph(pageOf(folder))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [engineName, folder] = process.argv.slice(2);
if (engineName === undefined) await drawAll();
else await computeOn(engineName, folder);
