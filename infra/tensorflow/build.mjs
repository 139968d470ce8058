/**
 * Builds the addon of @tensorflow/tfjs-node-gpu against the libraries of TensorFlow's wheel, into a folder for
 * RONDEL_TENSORFLOW_DIR. Plain JavaScript on Node.js built-ins alone, so that images can build it before anything else.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { compileAddon, fetchHeaders, fetchPackage } from './addon.mjs';
import { CommandFailure, runShown } from './commands.mjs';
import { fetchTensorflow, variants } from './tensorflow-libraries.mjs';
import { versions } from './versions.mjs';

const usage = `Usage: node infra/tensorflow/build.mjs --variant ${variants.join('|')} --prefix DIR [--tensorflow VERSION]`;
const record = 'rondel-tensorflow.json';
const parts = ['node_modules', 'tensorflow', 'nvidia', 'work', 'package.json', 'package-lock.json', record];

process.exitCode = main();

function main() {
  try {
    const request = readRequest();
    if (typeof request === 'string') return refuse(`${request}\n${usage}`);
    build(request);
    return 0;
  } catch (error) {
    if (error instanceof CommandFailure) return refuse(error.message);
    throw error;
  }
}

function refuse(message) {
  process.stderr.write(`${message}\n`);
  return 2;
}

/** What is asked for, or what is wrong with it. */
function readRequest() {
  const text = { type: 'string' };
  const options = { variant: text, prefix: text, tensorflow: { ...text, default: versions.tensorflow } };
  try {
    const { variant, prefix, tensorflow } = parseArgs({ options }).values;
    if (process.platform !== 'linux') return `Only Linux has the wheels, this is ${process.platform}.`;
    if (!variants.includes(variant)) return `--variant must be ${variants.join(' or ')}, got ${variant}.`;
    if (!/^\d+\.\d+\.\d+$/.test(tensorflow)) return `--tensorflow must look like 2.20.0, got ${tensorflow}.`;
    if (prefix === undefined) return '--prefix must name the folder to build in.';
    const folder = resolve(prefix);
    const ours = existsSync(join(folder, record));
    if (existsSync(folder) && !ours && readdirSync(folder).length > 0) {
      return `--prefix ${folder} is neither empty nor an earlier build: choose another folder.`;
    }
    return { ...versions, variant, tensorflow, prefix: folder, work: join(folder, 'work') };
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
}

function build(request) {
  const { prefix, work, variant, tensorflow, tfjs } = request;
  for (const part of parts.filter((name) => name !== record))
    rmSync(join(prefix, part), { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  writeFileSync(join(prefix, record), `${JSON.stringify({ variant, tensorflow, tfjs })}\n`);
  const wheel = fetchTensorflow(request);
  fetchPackage(request);
  compileAddon({ prefix, headers: [fetchHeaders(request), wheel.headers] });
  rmSync(work, { recursive: true });
  verify(prefix);
  process.stderr.write(`\nBuilt. Use it with RONDEL_TENSORFLOW_DIR=${prefix}\n`);
}

function verify(prefix) {
  runShown([process.execPath, new URL('verify.mjs', import.meta.url).pathname, prefix], {
    nextStep: 'The addon was built but does not compute: its output above says why.',
  });
}
