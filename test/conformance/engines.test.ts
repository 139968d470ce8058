import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it, type TestContext } from 'vitest';

const runner = fileURLToPath(new URL('run.mjs', import.meta.url));
const skippedCode = 77;

/** Runs the suite on one engine in processes of its own. */
function conform(engine: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [runner, engine], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

async function requireConformance(engine: string, { skip }: TestContext): Promise<void> {
  const { code, output } = await conform(engine);
  if (code === skippedCode) {
    const reason = /^Skipped .*$/m.exec(output)?.[0] ?? output;
    console.warn(reason);
    skip(reason);
  }
  expect(code, output).toBe(0);
}

it('the engine wasm conforms', (context) => requireConformance('wasm', context), 300_000);

// On a machine without a GPU it computes on SwiftShader, which may have to be fetched.
it('the engine webgpu conforms', (context) => requireConformance('webgpu', context), 900_000);

it('the engine tensorflow conforms', (context) => requireConformance('tensorflow', context), 600_000);
