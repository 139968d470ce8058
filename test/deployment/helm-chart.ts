import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findOnPath } from '@rondel/local';
import { parseAllDocuments } from 'yaml';

export const chartFolder = fileURLToPath(new URL('../../infra/helm/rondel', import.meta.url));

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'rondel', 'helm');

/** The `helm` of the PATH, else the one that was built into Rondel's cache. */
export function findHelm(): Promise<string | undefined> {
  return findOnPath(['helm'], { PATH: [process.env.PATH ?? '', cache].join(delimiter) });
}

export const howToGetHelm = `helm is not installed. With Go: GOBIN=${cache} go install helm.sh/helm/v3/cmd/helm@v3.18.6`;

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Record<string, unknown>;
}

/** What the chart cannot do without. */
export const withRedis = [
  ...['--set', 'redis.url=rediss://redis:6379', '--set', 'signing.existingSecret=rondel-signing'],
  ...['--set', 'signing.trustConfigMap=rondel-trust'],
];

/** What the chart makes of values. Rejects with what helm complains of. */
export async function renderChart(helm: string, values: readonly string[]): Promise<Manifest[]> {
  // A helm of `go install` takes itself for one of an old Kubernetes.
  const parameters = ['template', 'lab', chartFolder, '--kube-version', '1.30.0', '--namespace', 'imaging', ...values];
  const { stdout } = await promisify(execFile)(helm, parameters);
  return parseAllDocuments(stdout)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}
