import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeSite, repository } from './site.js';

/** Writes the site to `dist/site`, anew each time. */
const target = fileURLToPath(new URL('./site/', import.meta.url));
const files = await makeSite(repository);
await rm(target, { recursive: true, force: true });
for (const [path, content] of files) {
  await mkdir(dirname(join(target, path)), { recursive: true });
  await writeFile(join(target, path), content);
}
for (const script of ['search.js', 'find.js'])
  await copyFile(new URL(`./browser/${script}`, import.meta.url), join(target, script));
