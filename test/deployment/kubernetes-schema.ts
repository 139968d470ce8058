import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1';
import { Deployment } from 'kubernetes-models/apps/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1';
import { PersistentVolumeClaim, Service } from 'kubernetes-models/v1';
import ts from 'typescript';
import type { Manifest } from './helm-chart.js';

interface Schema {
  /** Throws when values break the published schema; says nothing of fields that the schema does not know. */
  readonly validate: (manifest: Manifest) => unknown;
  /** Module of the same schema as a type, which knows its fields. */
  readonly module: string;
}

type Model = new (data: never) => { validate(): void };

/** The schemas have no type for a manifest that came out of a file: validating it is what makes it one. */
function validateWith(model: Model): Schema['validate'] {
  return (manifest) => {
    new model(manifest as never).validate();
  };
}

const schemas: Record<string, Schema> = {
  'apps/v1 Deployment': { validate: validateWith(Deployment), module: 'kubernetes-models/apps/v1' },
  'v1 Service': { validate: validateWith(Service), module: 'kubernetes-models/v1' },
  'v1 PersistentVolumeClaim': { validate: validateWith(PersistentVolumeClaim), module: 'kubernetes-models/v1' },
  'networking.k8s.io/v1 Ingress': {
    validate: validateWith(Ingress),
    module: 'kubernetes-models/networking.k8s.io/v1',
  },
  'policy/v1 PodDisruptionBudget': {
    validate: validateWith(PodDisruptionBudget),
    module: 'kubernetes-models/policy/v1',
  },
  'keda.sh/v1alpha1 ScaledObject': {
    validate: validateWith(ScaledObject),
    module: '@kubernetes-models/keda/keda.sh/v1alpha1',
  },
};

/** All that Kubernetes or KEDA would refuse or ignore: wrong values, and fields that do not exist. */
export function manifestProblems(manifests: readonly Manifest[]): string[] {
  const known = manifests.map((manifest) => {
    const name = `${manifest.apiVersion} ${manifest.kind}`;
    return { manifest, name, schema: schemas[name] };
  });
  const problems = known.flatMap(({ manifest, name, schema }) => {
    try {
      if (schema === undefined) return [`There is no schema for ${name}.`];
      schema.validate(manifest);
      return [];
    } catch (error) {
      return [`${name} ${manifest.metadata.name}: ${error instanceof Error ? error.message : String(error)}`];
    }
  });
  const source = known.map(({ manifest, schema }, index) => {
    const type = `import('${schema?.module ?? ''}').I${manifest.kind}`;
    return `export const manifest${index}: ${type} = ${JSON.stringify(manifest)};`;
  });
  return [...problems, ...typeProblems(source.join('\n'))];
}

/** Excess properties of object literals are what the compiler looks for at every depth. */
function typeProblems(source: string): string[] {
  const file = join(dirname(fileURLToPath(import.meta.url)), 'rendered-manifests.ts');
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const disk = { ...host };
  host.fileExists = (name) => name === file || disk.fileExists(name);
  host.readFile = (name) => (name === file ? source : disk.readFile(name));
  host.getSourceFile = (name, version, ...rest) =>
    name === file ? ts.createSourceFile(name, source, version) : disk.getSourceFile(name, version, ...rest);
  const program = ts.createProgram([file], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n').slice(0, 500));
}
