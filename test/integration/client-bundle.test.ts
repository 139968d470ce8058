import { builtinModules } from 'node:module';
import { describe, expect, it } from 'vitest';
import { bundleForBrowser } from '../support/browser/browser-bundle.js';

const connecting = `import { connect } from '@rondel/client';
export const open = (url) => connect({ url }).plan('radon/iterative');`;

const submitting = `import { createClient } from '@rondel/client';
export const submit = (url, submission) => createClient({ url }).submit(submission);`;

describe('the client in a bundle for browsers', () => {
  it.each([connecting, submitting])('imports nothing, of Node.js least of all', async (source) => {
    const { code, imports, modules } = await bundleForBrowser(source);
    expect(imports).toEqual([]);
    expect(code).not.toMatch(/\bfrom\s*["']|\brequire\(|["']node:/);
    expect(modules.filter((file) => builtinModules.includes(file))).toEqual([]);
  });

  it('has live plans where they are used', async () => {
    const { modules } = await bundleForBrowser(connecting);
    expect(modules.some((file) => file.endsWith('/live/open-live-plan.js'))).toBe(true);
  });

  it('has neither live plans, nor arrays, nor schemas where jobs are only submitted', async () => {
    const { modules } = await bundleForBrowser(submitting);
    expect(modules.some((file) => file.endsWith('/client.js'))).toBe(true);
    expect(modules.filter((file) => /\/live\/|\/npy\.js$|\/schema\.js$|typebox/.test(file))).toEqual([]);
  });
});
