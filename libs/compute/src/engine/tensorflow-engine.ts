import { availableParallelism, cpus, totalmem } from 'node:os';
import { backend, setBackend, version_core } from '@tensorflow/tfjs-core';
import { registerComposedKernels } from '../kernels/register-kernels.js';
import { makeScatterDeterministic } from './deterministic-scatter.js';
import type { Engine } from './engine.js';
import { chosenCard, findNvidiaCard, type CardSearch } from './nvidia-card.js';
import { findTensorflowPackage } from './tensorflow-package.js';
import { engineUnavailable } from './engine-unavailable.js';

const name = 'tensorflow';

/** What the backend of tfjs-node says about itself. */
interface Runtime {
  readonly usesGpu: boolean;
  /** Version of libtensorflow, e.g. `2.20.0`. */
  readonly version: string;
}

type DeviceFacts = Pick<Engine, 'device' | 'memoryBytes' | 'threads'>;

async function startBackend(): Promise<Runtime> {
  if (!(await setBackend(name))) {
    throw engineUnavailable(name, {
      reason: '@tensorflow/tfjs-node-gpu is loaded but its backend does not start',
      nextStep: 'See its output above, which names the cause.',
    });
  }
  const instance = backend();
  const binding: unknown = Reflect.get(instance, 'binding');
  const version: unknown = typeof binding === 'object' && binding !== null && Reflect.get(binding, 'TF_Version');
  return { usesGpu: Reflect.get(instance, 'isUsingGpuDevice') === true, version: String(version) };
}

/** On the processor TensorFlow computes on as many threads as the process may run at once. */
function processorFacts(version: string): DeviceFacts {
  const constrained = process.constrainedMemory();
  const model = cpus()[0]?.model.trim() ?? process.arch;
  const memoryBytes = Math.min(totalmem(), constrained > 0 ? constrained : Infinity);
  return { device: `${model}, CPU by TensorFlow ${version}`, memoryBytes, threads: availableParallelism() };
}

/** Throws ENGINE_UNAVAILABLE when the card's memory is not known: jobs are admitted by it. */
function cardFacts(search: CardSearch, version: string): DeviceFacts {
  if (search.card === undefined) {
    throw engineUnavailable(name, {
      reason: `TensorFlow has a GPU, but its memory is not known: ${search.reason}`,
      nextStep: 'Put nvidia-smi on the PATH (in a container: NVIDIA_DRIVER_CAPABILITIES=compute,utility).',
    });
  }
  const { name: model, memoryBytes } = search.card;
  return { device: `${model}, CUDA by TensorFlow ${version}`, memoryBytes, threads: 1 };
}

function refuseWithoutCard(search: CardSearch): void {
  if (search.card !== undefined) return;
  throw engineUnavailable(name, {
    reason: `there is no NVIDIA GPU: ${search.reason}`,
    nextStep: 'Check the driver with nvidia-smi, or ask for the engine by name to use it on the CPU.',
  });
}

function refuseWithoutGpu({ usesGpu, version }: Runtime, search: CardSearch): void {
  if (usesGpu) return;
  throw engineUnavailable(name, {
    reason: `TensorFlow ${version} does not use the card ${search.card?.name ?? ''}`,
    nextStep: 'Build the variant cuda with infra/tensorflow/build.mjs, or see its warnings above.',
  });
}

/**
 * Opens TensorFlow's native runtime; the domain kernels run as compositions of its ops. On a machine with several cards
 * it takes the first of CUDA_VISIBLE_DEVICES. Throws ENGINE_UNAVAILABLE with the exact reason, also when a GPU is
 * demanded and there is none, before anything is loaded; CONFLICT when it is open already.
 */
export async function openTensorflowEngine(demand: { readonly gpu: boolean }): Promise<Engine> {
  const found = findTensorflowPackage(process.env);
  const search = await findNvidiaCard(chosenCard(process.env.CUDA_VISIBLE_DEVICES));
  if (demand.gpu) refuseWithoutCard(search);
  found.load();
  const runtime = await startBackend();
  if (demand.gpu) refuseWithoutGpu(runtime, search);
  const facts = runtime.usesGpu ? cardFacts(search, runtime.version) : processorFacts(runtime.version);
  const unregister = registerComposedKernels(name);
  const restoreScatter = makeScatterDeterministic(name);
  let open = true;
  return {
    name,
    version: `tfjs ${version_core}, TensorFlow ${runtime.version}`,
    ...facts,
    sharesHost: !runtime.usesGpu,
    dispose: () => {
      if (!open) return Promise.resolve();
      open = false;
      restoreScatter();
      unregister();
      return Promise.resolve();
    },
  };
}
