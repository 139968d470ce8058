import { mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailure, runShown } from './commands.mjs';

export const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];

const wheels = { cpu: 'tensorflow-cpu', cuda: 'tensorflow' };
export const variants = Object.keys(wheels);

/** Packages that the wheel's extra `and-cuda` asks for, as pip writes them: `nvidia-cublas-cu12<13.0,>=12.5.3.2`. */
export function cudaRequirements(metadata) {
  return metadata
    .split('\n')
    .filter((line) => /^Requires-Dist:.*extra == ["']and-cuda["']/.test(line))
    .map((line) => line.slice('Requires-Dist:'.length).split(';')[0].trim());
}

/**
 * Unpacks the wheel into the folder `unpacked` and moves the libraries to `prefix/tensorflow`, for the variant cuda
 * also NVIDIA's to `prefix/nvidia`, where TensorFlow's run path looks for them. The headers stay in `unpacked`.
 */
export function fetchTensorflow({ variant, tensorflow, python, prefix, work }) {
  const unpacked = join(work, 'wheel');
  const pip = createPip(work);
  const install = (requirements) =>
    runShown([...pip, '--target', unpacked, '--python-version', python, ...requirements], {
      nextStep: 'Check that PyPI or its mirror (PIP_INDEX_URL) is reachable and has this version for this machine.',
    });
  install([`${wheels[variant]}==${tensorflow}`]);
  moveLibraries(join(unpacked, 'tensorflow'), join(prefix, 'tensorflow'));
  if (variant === 'cuda') {
    install(cudaRequirements(metadataOf(unpacked)));
    moveNvidiaLibraries(join(unpacked, 'nvidia'), join(prefix, 'nvidia'));
  }
  return { headers: join(unpacked, 'tensorflow', 'include') };
}

/** A pip of its own, as the system's may refuse to install anything. */
function createPip(work) {
  const environment = join(work, 'python');
  runShown(['python3', '-m', 'venv', environment], {
    nextStep: 'Install Python 3 with venv (Debian: apt-get install python3-venv).',
  });
  const options = ['--quiet', '--disable-pip-version-check', '--no-deps', '--no-compile', '--only-binary=:all:'];
  return [join(environment, 'bin', 'pip'), 'install', ...options];
}

function metadataOf(unpacked) {
  const folder = readdirSync(unpacked).find((name) => /^tensorflow-.*\.dist-info$/.test(name));
  if (folder === undefined) throw new CommandFailure(`The wheel in ${unpacked} has no metadata: try another version.`);
  return readFileSync(join(unpacked, folder, 'METADATA'), 'utf8');
}

function moveLibraries(from, to) {
  mkdirSync(to, { recursive: true });
  const there = new Set(readdirSync(from));
  for (const library of libraries) {
    if (!there.has(library)) throw new CommandFailure(`The wheel has no ${library}: try another version.`);
    renameSync(join(from, library), join(to, library));
  }
}

function moveNvidiaLibraries(from, to) {
  for (const { name } of readdirSync(from, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    if (!readdirSync(join(from, name)).includes('lib')) continue;
    mkdirSync(join(to, name), { recursive: true });
    renameSync(join(from, name, 'lib'), join(to, name, 'lib'));
  }
}
