#!/usr/bin/env node
import { existsSync } from 'node:fs';

const program = new URL('../dist/main.js', import.meta.url);

if (existsSync(program)) {
  await import(program.href);
} else {
  console.error('Rondel is not built yet. Run `npm run build` (or `npm start`, which does it) and try again.');
  process.exitCode = 2;
}
