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
  ...['--set', 'pools.default.dataRoots[0].grants[0].project=heart'],
  ...['--set', 'pools.default.dataRoots[0].grants[0].prefix=heart/', '--set', 'pools.default.redisSecret=cpu-redis'],
  ...['--set', 'redis.ca.existingSecret=authority'],
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

  it('speaks TLS with the API where it has a certificate, and notes who did what where it has a volume for it', async () => {
    const manifests = await render([
      ...withRedis,
      ...['--set', 'api.tls.existingSecret=api-tls', '--set', 'audit.claim=audit', '--set', 'audit.required=true'],
      ...['--set', 'audit.stdout=true', '--set', 'audit.keySecret=audit-key'],
    ]);
    expect(manifestProblems(manifests)).toEqual([]);
    const { spec } = find(manifests, 'Deployment', 'lab-rondel-api');
    expect(JSON.stringify(spec).match(/"scheme":"HTTPS"|"prometheus.io\/scheme":"https"/g)).toHaveLength(3);
    expect(JSON.stringify(spec)).toContain('{"name":"RONDEL_TLS_KEY","value":"/etc/rondel/tls/tls.key"}');
    const folder = '{"name":"RONDEL_AUDIT_LOG","value":"/var/log/rondel"}';
    for (const name of ['lab-rondel-api', 'lab-rondel-worker-gpu'])
      expect(JSON.stringify(find(manifests, 'Deployment', name))).toContain(folder);
    const { triggers } = find(manifests, 'ScaledObject', 'lab-rondel-worker-gpu').spec;
    expect(triggers).toMatchObject([
      { metadata: { url: expect.stringMatching(/^https:/) as string, unsafeSsl: 'true' } },
    ]);
  });

  it('gives the private key to the API alone, and workers the public one, their user of Redis and their grants', async () => {
    const manifests = await render(everything);
    const text = (name: string) => JSON.stringify(find(manifests, 'Deployment', name));
    const [api, gpu, plain] = ['api', 'worker-gpu', 'worker-default'].map((name) => text(`lab-rondel-${name}`));
    expect(api).toContain('"secretName":"rondel-signing"');
    expect(api).toContain('{"name":"RONDEL_SIGNING_KEY","value":"/etc/rondel/signing/key.pem"}');
    for (const worker of [gpu, plain]) {
      expect(worker).not.toContain('signing');
      expect(worker).toContain('{"name":"RONDEL_TRUST_KEY","value":"/etc/rondel/trust"}');
      expect(worker).toContain('{"name":"REDIS_CA","value":"/etc/rondel/redis-ca/ca.crt"}');
      expect(worker).not.toMatch(/RONDEL_INSECURE/);
    }
    expect(plain).toContain('"secretKeyRef":{"name":"cpu-redis","key":"url"}');
    expect(plain).toContain('"--grant","scans:heart=heart/"');
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

  const placed = (where: string) => ({
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'lab', operator: 'Exists', effect: 'NoSchedule' }],
    affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }],
    runtimeClassName: 'nvidia',
    priorityClassName: 'high',
    extraEnv: [
      { name: 'LAB_LICENCE', valueFrom: { secretKeyRef: { name: 'licence', key: where } } },
      { name: 'TZ', value: 'UTC' },
    ],
    disruptionBudget: { maxUnavailable: 1 },
  });
  const json = (path: string, value: unknown) => ['--set-json', `${path}=${JSON.stringify(value)}`];

  it('O10: places pods, bounds how many are away, and gives them variables and packages', async () => {
    // What is set plainly comes after JSON.
    const manifests = await render([
      ...everything.slice(withRedis.length),
      ...json('api', placed('api')),
      ...json('pools.gpu', { ...placed('gpu'), executorEnv: ['LAB_LICENCE', 'TZ'] }),
      ...json('packages', { names: ['@lab/clean-up', '/packages/mean'], claim: 'packages' }),
      ...json('extraEnv', [{ name: 'NODE_EXTRA_CA_CERTS', value: '/etc/ssl/lab.pem' }]),
      ...json('redis', { url: 'rediss+sentinel://a:26379,b/lab/2', sentinel: { existingSecret: 'watch' } }),
      ...json('signing', { insecure: true }),
    ]);
    expect(manifestProblems(manifests)).toEqual([]);
    for (const [name, component] of [
      ['lab-rondel-api', { 'app.kubernetes.io/component': 'api' }],
      ['lab-rondel-worker-gpu', { 'app.kubernetes.io/component': 'worker', 'rondel/pool': 'gpu' }],
    ] as const) {
      const { extraEnv, disruptionBudget, topologySpreadConstraints, ...rest } = placed(name.slice(-3));
      const matchLabels = expect.objectContaining(component) as unknown;
      const spread = topologySpreadConstraints.map((each) => ({ ...each, labelSelector: { matchLabels } }));
      const env: unknown = expect.arrayContaining([
        { name: 'RONDEL_PACKAGES', value: '@lab/clean-up,/packages/mean' },
        { name: 'NODE_EXTRA_CA_CERTS', value: '/etc/ssl/lab.pem' },
        { name: 'REDIS_URL', value: 'rediss+sentinel://a:26379,b/lab/2' },
        { name: 'REDIS_SENTINEL_PASSWORD', valueFrom: { secretKeyRef: { name: 'watch', key: 'password' } } },
        ...extraEnv,
      ]);
      const containers = [expect.objectContaining({ env }) as unknown];
      const pod = { ...rest, topologySpreadConstraints: spread, containers };
      expect(find(manifests, 'Deployment', name).spec).toMatchObject({ template: { spec: pod } });
      expect(find(manifests, 'PodDisruptionBudget', name).spec).toMatchObject({
        ...disruptionBudget,
        selector: { matchLabels },
      });
    }
    const gpu = JSON.stringify(find(manifests, 'Deployment', 'lab-rondel-worker-gpu'));
    expect(gpu).toContain('{"name":"RONDEL_EXECUTOR_ENV","value":"LAB_LICENCE TZ"}');
    expect(JSON.stringify(find(manifests, 'Deployment', 'lab-rondel-api'))).toContain('"preStop"');
    const few = await render(withRedis);
    expect(few.some(({ kind }) => kind === 'PodDisruptionBudget')).toBe(false);
    expect(JSON.stringify(few)).not.toMatch(/RONDEL_PACKAGES|topologySpread|runtimeClass|RONDEL_EXECUTOR_ENV/);
  });

  it.each([
    ['a volume for one pod', 'store.accessModes', ['ReadWriteOncePod'], /accessModes/],
    ['a variable that the chart sets', 'extraEnv', [{ name: 'RONDEL_HOME', value: '/' }], /extraEnv/],
    ['a variable without a value', 'api.extraEnv', [{ name: 'A' }], /extraEnv/],
    ['a variable with a number', 'pools.gpu.extraEnv', [{ name: 'A', value: 1 }], /extraEnv/],
    ['two budgets', 'api.disruptionBudget', { minAvailable: 1, maxUnavailable: 1 }, /disruptionBudget/],
    ['an amount that is none', 'pools.gpu.disruptionBudget', { maxUnavailable: '120%' }, /disruptionBudget/],
    ['an affinity that there is not', 'api.affinity', { nodes: {} }, /affinity/],
    ['an effect that there is not', 'pools.gpu.tolerations', [{ key: 'a', effect: 'Never' }], /tolerations/],
    ['a spread without its key', 'api.topologySpreadConstraints', [{ maxSkew: 1 }], /topologySpread/],
    ['a name that is none', 'pools.gpu.runtimeClassName', 'Nvidia GPU', /runtimeClassName/],
    ['a folder elsewhere', 'packages.names', ['/etc/mean'], /packages/],
    ['a node by a truth', 'api.nodeSelector', { ssd: true }, /nodeSelector/],
    ['a password in an address of Sentinels', 'redis.url', 'redis+sentinel://:p@a/lab', /redis/],
    ['Sentinels without a name', 'redis.url', 'redis+sentinel://a,b', /redis/],
  ])('O10: refuses %s', async (_what, path, value, named) => {
    const least = [...json('redis.url', 'rediss://redis:6379'), ...json('signing.insecure', true)];
    await expect(render([...least, ...json(path, value)])).rejects.toThrow(named);
  });

  it('refuses values that lead nowhere', async () => {
    await expect(render([])).rejects.toThrow(/redis/);
    await expect(render([...withRedis, '--set', 'redis.url=redis://redis:6379'])).rejects.toThrow(/insecure/);
    await expect(render([...withRedis, '--set', 'signing.trustConfigMap='])).rejects.toThrow(/signing/);
    await expect(render([...withRedis, '--set', 'pools.default.engine=cuda'])).rejects.toThrow(/engine/);
    await expect(render([...withRedis, '--set', 'pools.default.concurency=2'])).rejects.toThrow(/concurency/);
    await expect(render([...withRedis, '--set', 'store.keep.results=30 days'])).rejects.toThrow(/results/);
    await expect(render(['--set', 'redis.url=redis://:password@redis:6379'])).rejects.toThrow(/redis/);
  });
});
