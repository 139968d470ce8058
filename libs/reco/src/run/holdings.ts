import { isRondelError, RondelError, type Dataset, type HeldThingRecord } from '@rondel/contracts';
import type { BuiltStep } from '../build/build.js';
import type { FileParameter } from '../node/built-node.js';
import type { DataFile } from '../node/data-file.js';
import type { StepContext } from '../node/package.js';
import { heldWords, type HeldRun } from './held-things.js';
import { amountOf, type MemoryRoom } from './memory.js';

interface HoldingStep {
  readonly built: BuiltStep;
  readonly input: Dataset;
  readonly onTaken: (report: HeldThingRecord) => void;
}

interface Surroundings extends MemoryRoom {
  readonly held: HeldRun;
  readonly openFile?: (reference: string) => Promise<DataFile>;
  readonly onLog: (level: 'info', message: string) => void;
}

/** What a step may ask about files and memory, and about what it makes of them. */
export interface Holdings {
  readonly context: Pick<StepContext, 'file' | 'held' | 'requireMemory'>;
  /** Whether an error is what `requireMemory` has thrown, which is no sign that an allocation failed. */
  readonly isRefusal: (error: unknown) => boolean;
}

export function openHoldings({ built, input, onTaken }: HoldingStep, surroundings: Surroundings): Holdings {
  const { held, openFile, onLog, memoryBytes, hostBytes = memoryBytes, whole } = surroundings;
  const { path, parameters } = built;
  const inputBytes = sizeOf(input);
  const refused: unknown[] = [];
  return {
    isRefusal: (error) => refused.includes(error),
    context: {
      async file(parameter) {
        const at = placeOf(parameter, parameters);
        try {
          if (openFile !== undefined) return await openFile(parameter.reference);
        } catch (error) {
          throw placed(error, at);
        }
        throw placed(
          new RondelError('DATA_NOT_FOUND', `${parameter.reference} cannot be opened: this run has no data files.`),
          at,
        );
      },
      held: (node, from, make) =>
        held.take({ step: path, node, from, make }, (report) => {
          onTaken(report);
          onLog('info', heldWords(report));
        }),
      requireMemory(bytes, what, { partsTakeLess = false } = {}) {
        const taken = inputBytes + held.takenBytes;
        held.makeRoom(inputBytes + bytes, hostBytes);
        if (taken + bytes <= hostBytes) return;
        const availableBytes = Math.max(0, hostBytes - taken);
        const refusal = new RondelError(
          'OUT_OF_MEMORY',
          `${what} takes ${amountOf(bytes)}, but may take ${amountOf(availableBytes)} here. Use a worker with more memory, or parameters that need less.`,
          {
            details: { neededBytes: bytes, availableBytes, ...(partsTakeLess && { partsTakeLess }) },
            retryable: whole !== undefined && taken + bytes <= (whole.hostBytes ?? whole.memoryBytes),
          },
        );
        refused.push(refusal);
        throw refusal;
      },
    },
  };
}

function placed(error: unknown, at: string | undefined): unknown {
  if (!isRondelError(error)) return error;
  const { code, message, ...rest } = error.failure;
  return new RondelError(code, message, { ...rest, at: rest.at ?? at, cause: error });
}

/** Where among the parameters of a step a file stands: `sf`, `weightingParams.whiteningMeas`, `sf[2]`. */
function placeOf(file: FileParameter, value: unknown, place = ''): string | undefined {
  if (value === file) return place;
  if (typeof value !== 'object' || value === null) return undefined;
  const inner: unknown = 'type' in value && 'parameters' in value ? value.parameters : value;
  if (typeof inner !== 'object' || inner === null) return undefined;
  for (const [name, child] of Object.entries(inner)) {
    const below = Array.isArray(inner) ? `${place}[${Number(name) + 1}]` : place === '' ? name : `${place}.${name}`;
    const found = placeOf(file, child, below);
    if (found !== undefined) return found;
  }
  return undefined;
}

function sizeOf({ data, companions }: Dataset): number {
  return [data, ...Object.values(companions)].reduce((sum, array) => sum + array.data.byteLength, 0);
}
