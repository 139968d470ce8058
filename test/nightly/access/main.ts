/**
 * Asks a real API whatever its OpenAPI document allows and forbids, with a token of each role of two projects:
 * `npm run test:access -- --examples N --seed K --phases P --only knee-reader`. Exit code 0: every answer was one of the
 * document, none a failure of the server, and none had anything of the other project; 1: not so, or it could not be tried; 2:
 * the command line is wrong.
 */
import { parseArgs } from 'node:util';
import { findSchemathesis } from './schemathesis.js';
import { tryAccess } from './try-access.js';

const { values } = parseArgs({
  options: {
    /** Of each operation and phase. */
    examples: { type: 'string', default: '12' },
    seed: { type: 'string', default: '1' },
    phases: { type: 'string', default: 'coverage,fuzzing,stateful' },
    only: { type: 'string' },
    /** Fewer have not tried enough. */
    requests: { type: 'string', default: '20000' },
  },
});

function whole(name: 'examples' | 'seed' | 'requests'): number {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number >= 0) return number;
  console.error(`--${name} must be a whole number, got "${values[name]}".`);
  process.exit(2);
}

const found = findSchemathesis();
if ('missing' in found) {
  console.error(`Access is NOT tried from outside. ${found.missing}`);
  process.exit(1);
}
const least = whole('requests');
const { requests, failed } = await tryAccess({
  command: found.command,
  examples: whole('examples'),
  seed: whole('seed'),
  phases: values.phases,
  only: values.only,
  say: (line) => console.log(line),
});
if (requests < least)
  console.error(`There were only ${requests} requests, and ${least} were wanted: raise --examples.`);
process.exitCode = failed.length === 0 && requests >= least ? 0 : 1;
