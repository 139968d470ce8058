import { projectOf, toFailure } from '@rondel/contracts';
import type { Answer, Question } from '@rondel/jobs';
import { createExecutableRegistry, loadPackages } from '@rondel/reco';
import { grantedTo, openArtifactStore } from '@rondel/store';
import { messageVersion, type ExecutorSettings } from './messages/messages.js';
import { otherVersion } from './messages/other-version.js';
import { installedPackages } from './packages.js';
import { readLook } from './questions/read-look.js';
import { readValue } from './questions/read-value.js';
import { remoteSource } from './questions/remote-source.js';

/** What a reader needs to know of its worker. */
export type ReaderSettings = Pick<
  ExecutorSettings,
  'storeDirectory' | 'roots' | 'grants' | 'packages' | 'environmentNames'
>;

export type ToReader =
  | { readonly kind: 'start'; readonly settings: ReaderSettings; readonly v?: number }
  | { readonly kind: 'question'; readonly question: Question; readonly project?: string };

/** The answer to the question before, and the version in which it is said. */
export type FromReader = Answer & { readonly v?: number };

/**
 * Reads remote values for people who look at a plan, and looks at files that they mean to submit, in a process of its own: it opens no engine and takes no slot of a job,
 * runs the same resolvers as the executors, and may be killed at any time.
 */
async function start({ storeDirectory, roots, grants = {}, packages }: ReaderSettings) {
  const added = await loadPackages(packages, process.cwd());
  return {
    registry: createExecutableRegistry([...installedPackages, ...added]),
    grants,
    sources: { roots, store: openArtifactStore(storeDirectory) },
  };
}

let started: ReturnType<typeof start> | undefined;

async function answer(question: Question, project: string): Promise<Answer> {
  try {
    if (started === undefined) throw new Error('A question was asked before the reader was started.');
    const { registry, grants, ...places } = await started;
    const sources = { ...places.sources, mayRead: grantedTo(project, grants) };
    if ('look' in question) return { value: await readLook(question.path, sources) };
    return { value: await readValue(question, { registry, source: remoteSource(sources) }) };
  } catch (error) {
    return { failure: toFailure(error) };
  }
}

process.on('message', (message: ToReader) => {
  if (message.kind === 'question') {
    void answer(message.question, projectOf(message)).then((found) =>
      process.send?.({ ...found, v: messageVersion } satisfies FromReader),
    );
    return;
  }
  const { v = 1 } = message;
  started = v <= messageVersion ? start(message.settings) : Promise.reject(otherVersion(v, messageVersion));
  // Whoever asks hears of it.
  started.catch(() => undefined);
});

// Nobody is left to report to.
process.on('disconnect', () => process.exit(1));
