import { isRondelError, RondelError, type EngineName } from '@rondel/contracts';
import type { Engine, EngineOptions, EngineReport } from './engine.js';
import { openTensorflowEngine } from './tensorflow-engine.js';
import { setProcessorThreads } from './processor-threads.js';
import { reportOf } from './engine-unavailable.js';
import { openWasmEngine, probeWasmEngine } from './wasm-engine.js';
import { openWebgpuEngine } from './webgpu-engine.js';

interface Choice {
  readonly name: EngineName;
  readonly open: (options: EngineOptions) => Promise<Engine>;
  /** As `auto` opens it: never on a device that is slower than the next choice. */
  readonly openBest: (options: EngineOptions) => Promise<Engine>;
  /** The device, without leaving the engine open. */
  readonly probe: () => Promise<string>;
}

async function probeByOpening(open: () => Promise<Engine>): Promise<string> {
  const engine = await open();
  await engine.dispose();
  return engine.device;
}

/** In the order in which `auto` tries them. */
const choices: readonly Choice[] = [
  {
    name: 'tensorflow',
    open: ({ hardware = false }) => openTensorflowEngine({ gpu: hardware }),
    openBest: () => openTensorflowEngine({ gpu: true }),
    probe: () => probeByOpening(() => openTensorflowEngine({ gpu: false })),
  },
  {
    name: 'webgpu',
    open: ({ hardware = false }) => openWebgpuEngine({ hardware }),
    openBest: () => openWebgpuEngine({ hardware: true }),
    probe: () => probeByOpening(() => openWebgpuEngine({ hardware: false })),
  },
  { name: 'wasm', open: openWasmEngine, openBest: openWasmEngine, probe: probeWasmEngine },
];

/** What computes on the processor beside the engine takes as many threads as the engine was given. */
function withProcessorThreads(engine: Engine, { threads }: EngineOptions): Engine {
  if (threads !== undefined) setProcessorThreads(threads);
  return engine;
}

async function openFirst(options: EngineOptions): Promise<Engine> {
  const reasons: string[] = [];
  for (const choice of choices) {
    try {
      return withProcessorThreads(await choice.openBest(options), options);
    } catch (error) {
      if (!isRondelError(error) || error.code !== 'ENGINE_UNAVAILABLE') throw error;
      reasons.push(error.message);
    }
  }
  throw new RondelError('ENGINE_UNAVAILABLE', `no engine can start here. ${reasons.join(' ')}`);
}

/**
 * Opens an engine and makes tfjs compute on it. `auto` takes the first of tensorflow (with a GPU), webgpu (with a GPU) and
 * wasm that starts. Throws ENGINE_UNAVAILABLE with the exact reason, CONFLICT when one is open already, INVALID_REQUEST.
 */
export async function openEngine(name: EngineName | 'auto', options: EngineOptions = {}): Promise<Engine> {
  if (name === 'auto') return openFirst(options);
  const choice = choices.find((one) => one.name === name);
  if (choice !== undefined) return withProcessorThreads(await choice.open(options), options);
  const known = choices.map((one) => one.name).join(', ');
  throw new RondelError('INVALID_REQUEST', `there is no engine ${JSON.stringify(name)}: use auto, ${known}`);
}

async function probeEngine({ name, probe }: Choice): Promise<EngineReport> {
  try {
    return { name, available: true, device: await probe() };
  } catch (error) {
    return reportOf(name, error);
  }
}

/** Which engines can start here, and why the others cannot. Not to be called while an engine is open. */
export async function probeEngines(): Promise<EngineReport[]> {
  const reports: EngineReport[] = [];
  for (const choice of choices) reports.push(await probeEngine(choice));
  return reports;
}
