import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

export interface BrowserBundle {
  readonly code: string;
  /** What is left to be imported when it runs. */
  readonly imports: readonly string[];
  /** Files that have a part in it. */
  readonly modules: readonly string[];
}

const entry = fileURLToPath(new URL('../../app-under-test.js', import.meta.url));

/** Bundles a program for browsers, as an application's build does. What it exports becomes the global `app`. */
export async function bundleForBrowser(source: string): Promise<BrowserBundle> {
  const build = await rolldown({
    input: entry,
    platform: 'browser',
    plugins: [
      {
        name: 'app-under-test',
        resolveId: (id) => (id === entry ? entry : null),
        load: (id) => (id === entry ? source : null),
      },
    ],
  });
  try {
    const { output } = await build.generate({ format: 'iife', name: 'app' });
    const [{ code, imports, modules }] = output;
    if (output.length !== 1) throw new Error(`the bundle has ${output.length} files`);
    const used = Object.entries(modules).filter(([, { renderedLength }]) => renderedLength > 0);
    return { code, imports, modules: used.map(([file]) => file) };
  } finally {
    await build.close();
  }
}
