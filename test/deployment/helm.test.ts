import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { chartFolder, findHelm, howToGetHelm, renderChart, withRedis, type Manifest } from './helm-chart.js';
import { manifestProblems } from './kubernetes-schema.js';

const helm = await findHelm();
if (helm === undefined) console.warn(`Tests of the Helm chart are skipped: ${howToGetHelm}`);

const everything = [
  ...withRedis,
  ...[
    '--set',
    'api.ingress.enabled=true',
    '--set',
    'api.ingress.className=nginx',
    '--set',
    'api.ingress.tlsSecret=tls',
  ],
  ...['--set', 'image.pullSecrets={registry}', '--set', 'pools.default.dataRoots[0].name=scans'],
  ...['--set', 'pools.default.dataRoots[0].claim=scans', '--set', 'pools.default.labels.site=north'],
  ...['--set', 'store.keep.results=30d', '--set', 'store.limit=90GiB'],
  ...['--set', 'pools.gpu.concurrency=2', '--set', 'pools.gpu.graceSeconds=600'],
];

function find(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  if (found === undefined) throw new Error(`The chart made no ${kind} ${name}.`);
  return found;
}

describe.skipIf(helm === undefined)('the Helm chart', { timeout: 120_000 }, () => {
  const render = (values: readonly string[]) => renderChart(helm ?? '', values);

  it('passes the linter of helm', async () => {
    const parameters = ['lint', chartFolder, '--strict', '--kube-version', '1.30.0', ...withRedis];
    const { stdout } = await promisify(execFile)(helm ?? '', parameters);
    expect(stdout).toContain('0 chart(s) failed');
  });

  it('makes manifests that Kubernetes and KEDA know in every field', async () => {
    expect(manifestProblems(await render(withRedis))).toEqual([]);
    expect(manifestProblems(await render(everything))).toEqual([]);
  });

  it('would be caught if a field were misspelt or of the wrong type', async () => {
    const manifests = structuredClone(await render(withRedis));
    find(manifests, 'ScaledObject', 'lab-rondel-worker-gpu').spec.minReplicasCount = 0;
    find(manifests, 'Deployment', 'lab-rondel-api').spec.replicas = 'two';
    const problems = manifestProblems(manifests).join('\n');
    expect(problems).toContain('minReplicasCount');
    expect(problems).toMatch(/replicas/);
  });

  it('scales every pool by the demand for its slots, a GPU pool to nothing and back', async () => {
    const manifests = await render(everything);
    expect(find(manifests, 'ScaledObject', 'lab-rondel-worker-gpu').spec).toMatchObject({
      scaleTargetRef: { name: 'lab-rondel-worker-gpu' },
      minReplicaCount: 0,
      triggers: [
        {
          type: 'metrics-api',
          metadata: {
            url: 'http://lab-rondel-api.imaging.svc:7420/v1/pools/gpu/demand',
            valueLocation: 'slots',
            targetValue: '2',
          },
        },
      ],
    });
    const { triggers } = find(manifests, 'ScaledObject', 'lab-rondel-worker-default').spec;
    const url = 'http://lab-rondel-api.imaging.svc:7420/v1/pools/default/demand';
    expect(triggers).toMatchObject([{ metadata: { url: `${url}?label=site%3Dnorth&dataRoot=scans&engine=wasm` } }]);
    // The number of replicas is KEDA's: a chart that set it would undo its work with every upgrade.
    expect(find(manifests, 'Deployment', 'lab-rondel-worker-gpu').spec).not.toHaveProperty('replicas');
    const api = JSON.stringify(find(manifests, 'Deployment', 'lab-rondel-api'));
    expect(api).toContain('{"name":"RONDEL_POOLS","value":"default,gpu"}');
    expect(api).toContain('{"name":"RONDEL_KEEP_RESULTS","value":"30d"},{"name":"RONDEL_STORE_LIMIT","value":"90GiB"}');
    expect(api).not.toContain('RONDEL_KEEP_UPLOADS');
    expect(api).toContain('{"name":"RONDEL_INSECURE_NO_AUTH","value":"1"}');
    expect(api).toMatch(/"RONDEL_ALLOW_HOSTS","value":"[^"]*lab-rondel-api\.imaging\.svc,[^"]*rondel\.example\.org"/);
  });

  it('gives workers their GPU, and more time to leave than they take', async () => {
    const { spec } = find(await render(everything), 'Deployment', 'lab-rondel-worker-gpu');
    const args: unknown = expect.arrayContaining(['--pool', 'gpu', '--grace', '600', '--concurrency', '2']);
    const container: unknown = expect.objectContaining({
      args,
      resources: expect.objectContaining({ limits: { 'nvidia.com/gpu': 1, memory: '32Gi' } }) as unknown,
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
    });
    expect(spec).toMatchObject({
      template: {
        spec: {
          terminationGracePeriodSeconds: 630,
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [container],
        },
      },
    });
  });

  it('has at least one worker in every pool where nothing scales them', async () => {
    const manifests = await render([...withRedis, '--set', 'autoscaling.enabled=false']);
    expect(manifests.filter(({ kind }) => kind === 'ScaledObject')).toEqual([]);
    expect(find(manifests, 'Deployment', 'lab-rondel-worker-gpu').spec.replicas).toBe(1);
  });

  it('refuses values that lead nowhere', async () => {
    await expect(render([])).rejects.toThrow(/redis/);
    await expect(render([...withRedis, '--set', 'pools.default.engine=cuda'])).rejects.toThrow(/engine/);
    await expect(render([...withRedis, '--set', 'pools.default.concurency=2'])).rejects.toThrow(/concurency/);
    await expect(render([...withRedis, '--set', 'store.keep.results=30 days'])).rejects.toThrow(/results/);
    await expect(render(['--set', 'redis.url=redis://:password@redis:6379'])).rejects.toThrow(/redis/);
  });
});
