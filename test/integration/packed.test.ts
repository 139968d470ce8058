import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Packed {
  readonly name: string;
  readonly folder: string;
  readonly files: readonly string[];
  readonly manifest: Manifest;
}

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const folders = [
  'client',
  'compute',
  'contracts',
  'formats',
  'jobs',
  'plan',
  'radon',
  'reco',
  'store',
  'telemetry',
].map((name) => `libs/${name}`);
const all = [...folders, 'apps/api', 'apps/cli', 'apps/dashboard', 'apps/docs', 'apps/worker', 'infra/local'];
/** Only where a statement begins: modules that the build has put into one file hold other texts with such words in them. */
const imported =
  /(?:(?:^|[;}])\s*(?:import|export)\b[^'"`;]*?\bfrom|\bimport\s*\(|(?:^|;)\s*import)\s*['"]((?:@[^'"/]+\/)?[^'"./][^'"/]*)[^'"]*['"]/gm;

let packages: Packed[];
let place: string;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'rondel-packed-'));
  const workspaces = all.flatMap((folder) => ['-w', folder]);
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', ...workspaces], {
    cwd: root,
  });
  const listed = JSON.parse(stdout) as { name: string; files: { path: string }[] }[];
  const manifests = await Promise.all(
    all.map(async (folder) => {
      const manifest = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')) as Manifest;
      return { folder: join(root, folder), manifest };
    }),
  );
  packages = manifests.map(({ folder, manifest }) => {
    const files = listed.find(({ name }) => name === manifest.name)?.files.map(({ path }) => path) ?? [];
    return { name: manifest.name, folder, files, manifest };
  });
});

afterAll(() => rm(place, { recursive: true }));

describe('what `npm pack` makes', () => {
  it('D18: has every file that a package offers, and no tests', () => {
    for (const { name, files, manifest } of packages) {
      const offered = [
        ...Object.values(manifest.exports ?? {}).flatMap((target) =>
          typeof target === 'string' ? [target] : [target.types, target.default],
        ),
        ...Object.values(manifest.bin ?? {}),
      ].map((path) => path.replace(/^\.\//, ''));
      expect([name, offered.filter((path) => !files.includes(path))]).toEqual([name, []]);
      expect([name, files.filter((path) => /\.test\.|\/testing\//.test(path))]).toEqual([name, []]);
    }
  });

  it('D18: asks for every package that its modules import', async () => {
    const problems: [string, string[]][] = [];
    for (const { name, folder, files, manifest } of packages) {
      const modules = files.filter((path) => /^dist\/.*\.m?js$/.test(path) && !path.startsWith('dist/page/'));
      const texts = await Promise.all(modules.map((path) => readFile(join(folder, path), 'utf8')));
      const code = texts.map((text) => text.replace(/^\s*\*.*$/gm, ''));
      const found = new Set(code.flatMap((text) => [...text.matchAll(imported)].map(([, module = '']) => module)));
      const { dependencies, optionalDependencies } = manifest;
      const isModule = /^(@[\w.-]+\/)?[\w.-]+$/;
      const known = [name, ...Object.keys({ ...dependencies, ...optionalDependencies })];
      const undeclared = [...found].filter((module) => isModule.test(module) && !known.includes(module));
      if (undeclared.length > 0) problems.push([name, undeclared]);
    }
    expect(problems).toEqual([]);
  });

  it('D18: is an SDK that runs in a folder of its own', async () => {
    const sdk = packages.filter(({ name }) => ['@rondel/client', '@rondel/contracts', '@rondel/plan'].includes(name));
    for (const { name, folder, files } of sdk) {
      for (const file of files) {
        const target = join(place, 'node_modules', name, file);
        await mkdir(dirname(target), { recursive: true });
        await cp(join(folder, file), target);
      }
    }
    // What npm would fetch.
    const asked = sdk.flatMap(({ manifest }) => Object.keys(manifest.dependencies ?? {}));
    for (const name of new Set(asked.filter((each) => !each.startsWith('@rondel/')))) {
      const target = join(place, 'node_modules', name);
      await mkdir(dirname(target), { recursive: true });
      await symlink(join(root, 'node_modules', name), target);
    }
    const program = `import { connect } from '@rondel/client';
      connect({ url: 'http://127.0.0.1:9' }).jobs().catch(({ code }) => console.log(code));`;
    await writeFile(join(place, 'lab.mjs'), program);
    const { stdout } = await run(process.execPath, [join(place, 'lab.mjs')], { cwd: place });
    expect(stdout.trim()).toBe('SERVICE_UNAVAILABLE');
  });
});
