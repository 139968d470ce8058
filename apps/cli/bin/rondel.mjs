#!/usr/bin/env node
import { existsSync } from 'node:fs';

const program = new URL('../dist/main.js', import.meta.url);

if (existsSync(program)) {
  const { leastOpenFiles, tooFewOpenFiles } = await import('@rondel/telemetry/open-files');
  const problem = tooFewOpenFiles('Rondel', leastOpenFiles.ofCommand);
  if (problem === undefined) await import(program.href);
  else refuse(problem);
} else {
  console.error('Rondel is not built yet. Run `npm run build` (or `npm start`, which does it) and try again.');
  process.exitCode = 2;
}

/** As other refusals read, without opening what writes them. */
function refuse(detail) {
  const code = 'QUOTA_EXCEEDED';
  if (process.argv.includes('--json')) {
    const type = `urn:rondel:problem:${code}`;
    console.log(JSON.stringify({ type, title: 'A limit was exceeded', detail, code }));
  } else console.error(`error ${code} ${detail}`);
  // Whoever started this process as a part of something larger hears of it, too.
  process.send?.({ kind: 'failed', failure: { code, message: detail, retryable: false } });
  if (process.connected) process.disconnect();
  process.exitCode = 2;
}
