import { toFailure } from '@rondel/contracts';
import type { Answer, Question } from '@rondel/jobs';
import { createExecutableRegistry, loadPackages } from '@rondel/reco';
import { openArtifactStore } from '@rondel/store';
import { messageVersion, type ExecutorSettings } from './messages/messages.js';
import { otherVersion } from './messages/other-version.js';
import { installedPackages } from './packages.js';
import { readLook } from './questions/read-look.js';
import { readValue } from './questions/read-value.js';
import { remoteSource } from './questions/remote-source.js';

/** What a reader needs to know of its worker. */
export type ReaderSettings = Pick<ExecutorSettings, 'storeDirectory' | 'roots' | 'packages' | 'environmentNames'>;

export type ToReader =
  | { readonly kind: 'start'; readonly settings: ReaderSettings; readonly v?: number }
  | { readonly kind: 'question'; readonly question: Question };

/** The answer to the question before, and the version in which it is said. */
export type FromReader = Answer & { readonly v?: number };

/**
 * Reads remote values for people who look at a plan, and looks at files that they mean to submit, in a process of its own: it opens no engine and takes no slot of a job,
 * runs the same resolvers as the executors, and may be killed at any time.
 */
async function start({ storeDirectory, roots, packages }: ReaderSettings) {
  const added = await loadPackages(packages, process.cwd());
  const sources = { roots, store: openArtifactStore(storeDirectory) };
  return {
    registry: createExecutableRegistry([...installedPackages, ...added]),
    source: remoteSource(sources),
    ...sources,
  };
}

let started: ReturnType<typeof start> | undefined;

async function answer(question: Question): Promise<Answer> {
  try {
    if (started === undefined) throw new Error('A question was asked before the reader was started.');
    const places = await started;
    return { value: 'look' in question ? await readLook(question.path, places) : await readValue(question, places) };
  } catch (error) {
    return { failure: toFailure(error) };
  }
}

process.on('message', (message: ToReader) => {
  if (message.kind === 'question') {
    void answer(message.question).then((found) => process.send?.({ ...found, v: messageVersion } satisfies FromReader));
    return;
  }
  const { v = 1 } = message;
  started = v <= messageVersion ? start(message.settings) : Promise.reject(otherVersion(v, messageVersion));
  // Whoever asks hears of it.
  started.catch(() => undefined);
});

// Nobody is left to report to.
process.on('disconnect', () => process.exit(1));
