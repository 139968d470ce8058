import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runShown } from './commands.mjs';
import { libraries } from './tensorflow-libraries.mjs';

const packageName = '@tensorflow/tfjs-node-gpu';
/** The newest that tfjs-node 4.22 knows, and where it then looks for its addon. */
const nodeApi = 8;

/** Installs the npm package and what it depends on, without the script that downloads libtensorflow. */
export function fetchPackage({ prefix, tfjs }) {
  const manifest = { private: true, dependencies: { [packageName]: tfjs } };
  writeFileSync(join(prefix, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  npmInstall(prefix);
}

/** The headers of Node-API from npm: they need no particular version of Node and no download of its sources. */
export function fetchHeaders({ work, nodeApiHeaders }) {
  const manifest = { private: true, dependencies: { 'node-api-headers': nodeApiHeaders } };
  writeFileSync(join(work, 'package.json'), JSON.stringify(manifest));
  npmInstall(work);
  return join(work, 'node_modules', 'node-api-headers', 'include');
}

function npmInstall(cwd) {
  runShown(['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd,
    nextStep: 'Check that the npm registry is reachable.',
  });
}

/**
 * Compiles the package's own sources against libtensorflow_cc, which has the C API that elsewhere is libtensorflow, with
 * a run path relative to the addon: the folder may be moved or copied into an image.
 */
export function compileAddon({ prefix, headers }) {
  const source = join(prefix, 'node_modules', packageName, 'binding');
  const target = join(prefix, 'node_modules', packageName, 'lib', `napi-v${nodeApi}`);
  const libraryFolder = join(prefix, 'tensorflow');
  mkdirSync(target, { recursive: true });
  const command = [
    process.env.CXX ?? 'g++',
    ...['-std=c++17', '-O2', '-fPIC', '-shared', `-DNAPI_VERSION=${nodeApi}`],
    ...headers.flatMap((folder) => ['-isystem', folder]),
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(source, file)),
    ...[`-L${libraryFolder}`, ...libraries.map((library) => `-l:${library}`)],
    // A symbol that this version lacks is then missed when the addon is loaded, not when it is first called.
    '-Wl,-z,now',
    `-Wl,-rpath,$ORIGIN/${relative(target, libraryFolder)}`,
    ...['-o', join(target, 'tfjs_binding.node')],
  ];
  runShown(command, { nextStep: 'Install a C++17 compiler (Debian: apt-get install g++) or set CXX.' });
}
