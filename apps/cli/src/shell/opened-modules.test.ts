import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../bin/rondel.mjs', import.meta.url));

/** A module hook that writes the address of every ES module that is opened to standard error, and its registration. */
const hook = `import { writeSync } from 'node:fs';
export async function load(url, context, next) { writeSync(2, 'opened ' + url + '\\n'); return next(url, context); }`;
const registration = `import { register } from 'node:module'; register(${JSON.stringify(dataUrl(hook))});`;

function dataUrl(source: string): string {
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

function opened(...parameters: string[]): string[] {
  const { stderr } = spawnSync(process.execPath, ['--import', dataUrl(registration), script, ...parameters], {
    encoding: 'utf8',
  });
  return stderr.split('\n').flatMap((line) => (line.startsWith('opened file:') ? [line.slice('opened '.length)] : []));
}

it.each([['--version'], ['ls', '--help'], ['worker', '--help']])(
  '%s opens its own module, and no library that it has no use for',
  (...parameters) => {
    const modules = opened(...parameters);
    const commands = modules.flatMap((url) => /cli\/dist\/commands\/.+\/(.+)\.js$/.exec(url)?.[1] ?? []);
    const [name = ''] = parameters;
    // `worker` shares options with `api`.
    expect(commands.filter((command) => command !== 'api')).toEqual(name.startsWith('-') ? [] : [name]);
    expect(modules.some((url) => url.endsWith('/contracts/dist/schema.js'))).toBe(true);
    expect(modules.filter((url) => /node_modules\/(typebox|bullmq|ioredis|fastify|@tensorflow)\//.test(url))).toEqual(
      [],
    );
  },
);
